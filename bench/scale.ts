/**
 * Fills a home of its own with synthetic photos, trains, embeds, serves, judges and promotes, backs up and restores it, and prints what each
 * stage took in seconds and memory, and what lies on the disk afterwards. Nothing is drawn or decoded. Asserts nothing.
 *
 *   npm run bench:scale -- --photos 10000
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '#config';
import { extractorIdOf, FeatureCache } from '#embedder';
import { DEFAULT_LAYOUT, type JobId, Random } from '#foundation';
import { GenerationService } from '#generations';
import { migrate, openDatabase } from '#persistence';
import { ensureParts, featureGraphPath, openServers } from '#provision';
import { meanwhile, milliseconds, Programs } from './programs.js';
import { quantile } from './quantile.js';
import { PeakMemory } from './scale/peak-memory.js';
import { SyntheticCatalogue } from './scale/synthetic-catalogue.js';

const PORT = 4198;
const REQUESTS = 300;
const FLIPS = 20;

const { values } = parseArgs({ options: { photos: { type: 'string', default: '10000' } } });
const photos = Number(values.photos);
if (!Number.isInteger(photos) || photos < 100) throw new Error('--photos is a whole number of at least 100.');

const home = mkdtempSync(join(tmpdir(), 'weft-scale-'));
// Under root the embedded servers run as another account.
chmodSync(home, 0o711);
const config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
const programs = new Programs(home, PORT);
const memory = new PeakMemory();
const servers = await openServers(config, say);
try {
  await ensureParts(config, ['tensorflow', 'backbone'], say);
  await migrate(servers.database);
  const database = await openDatabase(servers.database);
  await stage('fill', async () => {
    const cache = new FeatureCache(join(home, 'features'), {
      extractorId: extractorIdOf(readFileSync(featureGraphPath(config))),
      layout: DEFAULT_LAYOUT,
    });
    await cache.open();
    await new SyntheticCatalogue(photos).fill(database, cache, randomUUID() as JobId);
  });
  await stage('train', () => programs.weft('train'));
  await stage('embed', () => programs.weft('embed'));
  await stage(`serve ${REQUESTS} requests`, serve);
  await stage('train another', () => programs.weft('train', '--seed', '2', '--steps', '30'));
  await stage('embed and judge it', () => programs.weft('embed'));
  await stage('judge it again', () => programs.weft('generations', 'verdict'));
  await stage(`${FLIPS} flips under traffic`, () => flip(new GenerationService(database.generations)));
  for (const { table, rows, indexes } of await database.retention.tableSizes()) {
    if (rows + indexes > photos) line(`  table ${table}`, `${mb(rows)} MB, indexes ${mb(indexes)} MB`);
  }
  await database.close();
  for (const name of ['postgres', 'features', 'models']) line(`disk ${name}`, `${mb(bytesUnder(join(home, name)))} MB`);
  const backup = join(home, 'backup.tar');
  await stage('backup', () => programs.weft('backup', backup));
  line('disk backup', `${mb(statSync(backup).size)} MB`);
  await stage('restore', () => programs.weft('restore', '--replace', backup));
  await stage('gc', () => programs.weft('gc'));
} finally {
  memory.stop();
  programs.end();
  await servers.release();
  // Until the servers have ended they still write.
  await sleep(7_000);
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
}

async function stage(name: string, work: () => Promise<unknown>): Promise<void> {
  memory.take();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const peaks = Object.entries(memory.take()).map(([role, bytes]) => `${role} ${mb(bytes)} MB`);
  line(name, [`${seconds.toFixed(1)} s`, ...peaks].join(', '));
}

async function serve(): Promise<void> {
  const end = await programs.serve();
  const random = new Random(1);
  for (let i = 0; i < REQUESTS; i += 1) await ask(random);
  // One more look at its memory.
  await sleep(200);
  await end();
}

/** Goes to and fro between two generations while one shopper asks after the other. */
async function flip(service: GenerationService): Promise<void> {
  const end = await programs.serve();
  const [random, quiet, busy] = [new Random(2), [] as number[], [] as number[]];
  for (let i = 0; i < REQUESTS; i += 1) quiet.push(await milliseconds(() => ask(random)));
  await service.promote(2, { by: 'bench', override: 'To have something to go back to.' });
  const flips: number[] = [];
  const merchandiser = async () => {
    for (let i = 0; i < FLIPS; i += 1) flips.push(await milliseconds(() => service.rollBack(null, 'bench')));
  };
  await meanwhile(merchandiser, async () => busy.push(await milliseconds(() => ask(random))));
  line('  a flip', `p50 ${quantile(flips, 0.5).toFixed(0)} ms, longest ${quantile(flips, 1).toFixed(0)} ms`);
  line('  requests, quiet', `${quiet.length}, p95 ${quantile(quiet, 0.95).toFixed(0)} ms`);
  line('  requests, flipping', `${busy.length}, p95 ${quantile(busy, 0.95).toFixed(0)} ms, none failed`);
  await end();
}

function ask(random: Random): Promise<unknown> {
  return programs.ask(`/v1/products/product-${random.int(Math.round(photos / 1.5))}/similar`);
}

function bytesUnder(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesUnder(join(path, name)), 0);
}

function line(what: string, found: string): void {
  process.stdout.write(`${what.padEnd(24)} ${found}\n`);
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
