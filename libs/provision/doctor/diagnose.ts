import { availableParallelism } from 'node:os';
import type { WeftConfig } from '#config';
import { lookAtBackbone, lookAtOnnxRuntime } from './backbone.js';
import { type Finding, findingOf, ok } from './finding.js';
import { lookAtGpu } from './gpu.js';
import { lookAtMemory } from './memory.js';
import { lookAtFeedDirectory, lookAtPlace } from './places.js';
import {
  IMAGING_WORKS,
  judgeNode,
  judgePlatform,
  lookAtCompiler,
  lookAtModule,
  lookAtPython,
  lookAtWeft,
} from './runtime.js';
import { type AskVersions, lookAtPostgres, lookAtRedis } from './servers.js';
import { lookAtTraining } from './training.js';

/** Room for Postgres's log of changes, which may grow to 2 GB, and for a bundle. */
const HOME_BYTES = 2.2e9;
/** Of a photo: a snapshot's row, and its vectors in one generation more. An estimate, not a measurement. */
const HOME_BYTES_PER_PHOTO = 15e3;
/** The next version of TensorFlow beside this one. */
const CACHE_BYTES = 1.3e9;

/** A look by its finding's name. */
export type Look = [id: string, look: () => Promise<Finding> | Finding];

/**
 * Looks at all that Weft needs of the machine. Never rejects, starts no server, downloads nothing, and leaves nothing
 * behind; native modules work in processes of their own.
 *
 * @param askVersions of the Postgres of DATABASE_URL
 * @param photos of the catalogue; null: unknown
 */
export function diagnose(config: WeftConfig, askVersions: AskVersions, photos: number | null): Promise<Finding[]> {
  const isForServers = config.databaseUrl === null || config.redisUrl === null;
  const home = { path: config.home, variable: 'WEFT_HOME', needed: HOME_BYTES + HOME_BYTES_PER_PHOTO * (photos ?? 0) };
  const cache = { path: config.cache, variable: 'WEFT_CACHE', needed: CACHE_BYTES };
  return lookAtAll([
    ['weft', lookAtWeft],
    ['node', () => judgeNode(process.versions.node)],
    ['platform', () => judgePlatform(`${process.platform}-${process.arch}`, !isForServers)],
    ['python', lookAtPython],
    ['compiler', () => lookAtCompiler(config)],
    ['postgres', () => lookAtPostgres(config, askVersions)],
    ['redis', () => lookAtRedis(config)],
    ['onnxruntime', () => lookAtOnnxRuntime(config)],
    ['imaging', () => lookAtModule('imaging', 'sharp', IMAGING_WORKS)],
    ['training', () => lookAtTraining(config)],
    ['gpu', () => lookAtGpu(config)],
    ['backbone', () => lookAtBackbone(config)],
    ['home', () => lookAtPlace('home', { ...home, isForServers })],
    ['cache', () => lookAtPlace('cache', { ...cache, isForServers })],
    ['feeds', () => lookAtFeedDirectory(config)],
    ['memory', () => lookAtMemory(photos)],
    ['processors', () => ok('processors', `${availableParallelism()} cores.`, { cores: availableParallelism() })],
  ]);
}

/** The findings of all looks, in their order. Never rejects. */
export function lookAtAll(looks: readonly Look[]): Promise<Finding[]> {
  return Promise.all(looks.map(([id, look]) => findingOf(id, look)));
}
