/**
 * Draws a catalogue, imports, trains, embeds and publishes it, serves it, and goes back and forth between two generations: what a shop does,
 * with real photos throughout. Prints minutes and peak memory by stage, and whether memory grew while photos were read and embedded.
 *
 *   npm run bench:end-to-end -- --products 100000
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadConfig } from '#config';
import { ensureParts, openServers, whenServersEnd } from '#provision';
import { drawMainPhotos } from './end-to-end/draw-main-photos.js';
import { MemoryCourse } from './end-to-end/memory-course.js';
import { meanwhile, milliseconds, Programs } from './programs.js';
import { quantile } from './quantile.js';

const PORT = 4200;
const REQUESTS = 300;
const FLIPS = 10;
/** Memory is looked at in so many parts of a stage. */
const PARTS = 10;

const whole = z.coerce.number().int().positive();
const { products, seed } = z.strictObject({ products: whole, seed: whole }).parse(
  parseArgs({
    options: { products: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  }).values,
);

const home = mkdtempSync(join(tmpdir(), 'weft-end-to-end-'));
// Under root the embedded servers run as another account.
chmodSync(home, 0o711);
const config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
const programs = new Programs(home, PORT);
const memory = new MemoryCourse();
/** Products that are asked about. */
const known: string[] = [];
const servers = await openServers(config, say);
try {
  await ensureParts(config, ['tensorflow', 'backbone'], say);
  const drawn = await stage('draw', () =>
    drawMainPhotos(join(home, 'drawn'), {
      ...{ products, seed },
      said: (done) => {
        if (done % 6400 === 0 || done === products) say(`${done} of ${products} products drawn`);
      },
    }),
  );
  line('  offers', String(drawn.offers));
  const imported = await stage('import', () => programs.weft('import', drawn.feed));
  line('  said', JSON.stringify(imported));
  await stage('train', () => programs.weft('train'));
  const embedded = await stage('embed, index, publish', () => programs.weft('embed'));
  line('  said', JSON.stringify(embedded));
  const offer = await stage(`serve ${REQUESTS} requests`, () => serve(REQUESTS));
  line('  p50, p95', `${quantile(offer, 0.5).toFixed(1)}, ${quantile(offer, 0.95).toFixed(1)} ms`);
  await stage('train another', () => programs.weft('train', '--seed', '2', '--steps', '30'));
  await stage('embed and judge it', () => programs.weft('embed'));
  await stage('promote it', () =>
    programs.weft('promote', '2', '--override', '--by', 'bench', '--reason', 'To have something to go back to.'),
  );
  await stage(`${FLIPS} times back and forth`, flip);
} finally {
  memory.stop();
  programs.end();
  await servers.release();
  await whenServersEnd(config);
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
}

async function stage<T>(name: string, work: () => Promise<T>): Promise<T> {
  memory.take(PARTS);
  const start = performance.now();
  const done = await work();
  line(name, `${((performance.now() - start) / 60_000).toFixed(1)} min`);
  for (const [role, peaks] of memory.take(PARTS)) {
    line(`  ${role}, MB over time`, peaks.map((bytes) => (bytes / 1e6).toFixed(0)).join(' '));
  }
  return done;
}

/** Over HTTP, as a merchandiser would, while shoppers ask; prints how long it takes. */
async function flip(): Promise<void> {
  const end = await serving();
  const [flips, asked] = [[] as number[], [] as number[]];
  let at = 0;
  const merchandiser = async () => {
    for (let i = 0; i < FLIPS; i += 1) flips.push(await milliseconds(rollBack));
  };
  await meanwhile(merchandiser, async () => asked.push(await milliseconds(() => ask(at++))));
  line('  a rollback over HTTP', `p50 ${quantile(flips, 0.5).toFixed(0)}, longest ${quantile(flips, 1).toFixed(0)} ms`);
  line('  requests meanwhile', `${asked.length}, p95 ${quantile(asked, 0.95).toFixed(0)} ms, none failed`);
  await end();
}

/** @returns milliseconds of each request */
async function serve(requests: number): Promise<number[]> {
  const end = await serving();
  const times: number[] = [];
  for (let at = 0; at < requests; at += 1) times.push(await milliseconds(() => ask(at)));
  await end();
  return times;
}

/** Starts the API and warms it. @returns ends it */
async function serving(): Promise<() => Promise<void>> {
  const end = await programs.serve();
  if (known.length === 0) {
    const page = z.looseObject({ products: z.array(z.looseObject({ productId: z.string() })) });
    for (const { productId } of page.parse(await programs.ask('/v1/products?count=100')).products)
      known.push(productId);
  }
  // Not counted: the first requests open connections and read settings.
  for (let at = 0; at < 20; at += 1) await ask(at);
  return end;
}

function ask(at: number): Promise<unknown> {
  return programs.ask(`/v1/products/${encodeURIComponent(known[at % known.length] ?? '')}/similar`);
}

function rollBack(): Promise<unknown> {
  return programs.ask('/v1/generations/rollback', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
}

function line(what: string, found: string): void {
  process.stdout.write(`${what.padEnd(26)} ${found}\n`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
