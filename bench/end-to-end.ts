/**
 * Draws a catalogue, imports, trains, embeds and publishes it, serves it, and goes back and forth between two generations: what a shop does,
 * with real photos throughout. Prints minutes and peak memory by stage, and whether memory grew while photos were read and embedded.
 *
 *   npm run bench:end-to-end -- --products 100000
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { childEnvironment, compiledFile, loadConfig } from '#config';
import { ensureParts, openServers, whenServersEnd } from '#provision';
import { drawMainPhotos } from './end-to-end/draw-main-photos.js';
import { MemoryCourse } from './end-to-end/memory-course.js';
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
const env = { WEFT_HOME: home, WEFT_PORT: String(PORT), WEFT_LOG_LEVEL: 'error', DATABASE_URL: '', REDIS_URL: '' };
const memory = new MemoryCourse();
/** Products that are asked about. */
const known: string[] = [];
const running = new Set<ChildProcess>();
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
  const imported = await stage('import', () => weft('import', drawn.feed, '--json'));
  line('  said', JSON.stringify(imported));
  await stage('train', () => weft('train', '--json'));
  const embedded = await stage('embed, index, publish', () => weft('embed', '--json'));
  line('  said', JSON.stringify(embedded));
  const offer = await stage(`serve ${REQUESTS} requests`, () => serve(REQUESTS));
  line('  p50, p95', `${quantile(offer, 0.5).toFixed(1)}, ${quantile(offer, 0.95).toFixed(1)} ms`);
  await stage('train another', () => weft('train', '--seed', '2', '--steps', '30', '--json'));
  await stage('embed and judge it', () => weft('embed', '--json'));
  await stage('promote it', () =>
    weft('promote', '2', '--override', '--by', 'bench', '--reason', 'To have something to go back to.', '--json'),
  );
  await stage(`${FLIPS} times back and forth`, flip);
} finally {
  memory.stop();
  // What a failure left behind would keep the servers from ending.
  for (const child of running) child.kill('SIGTERM');
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
  const end = await startApi();
  const [flips, asked] = [[] as number[], [] as number[]];
  let isFlipping = true;
  const shopper = (async () => {
    for (let at = 0; isFlipping; at += 1) asked.push(await milliseconds(() => ask(at)));
  })();
  for (let i = 0; i < FLIPS; i += 1) flips.push(await milliseconds(rollBack));
  isFlipping = false;
  await shopper;
  line('  a rollback over HTTP', `p50 ${quantile(flips, 0.5).toFixed(0)}, longest ${quantile(flips, 1).toFixed(0)} ms`);
  line('  requests meanwhile', `${asked.length}, p95 ${quantile(asked, 0.95).toFixed(0)} ms, none failed`);
  await end();
}

/** @returns milliseconds of each request */
async function serve(requests: number): Promise<number[]> {
  const end = await startApi();
  const times: number[] = [];
  for (let at = 0; at < requests; at += 1) times.push(await milliseconds(() => ask(at)));
  await end();
  return times;
}

async function startApi(): Promise<() => Promise<void>> {
  const api = start('api', [], 'ignore');
  await once(api, 'message');
  if (known.length === 0) {
    const page = z.looseObject({ products: z.array(z.looseObject({ productId: z.string() })) });
    for (const { productId } of page.parse(await json('/v1/products?count=100')).products) known.push(productId);
  }
  // Not counted: the first requests open connections and read settings.
  for (let at = 0; at < 20; at += 1) await ask(at);
  return async () => {
    const ended = once(api, 'exit');
    api.kill('SIGTERM');
    await ended;
  };
}

function ask(at: number): Promise<unknown> {
  return json(`/v1/products/${encodeURIComponent(known[at % known.length] ?? '')}/similar`);
}

function rollBack(): Promise<unknown> {
  return json('/v1/generations/rollback', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
}

async function json(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${PORT}${path}`, init);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** @returns what it printed as JSON */
async function weft(...args: string[]): Promise<unknown> {
  const child = start('cli', args, 'pipe');
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`weft ${args.join(' ')} failed: ${said}`);
  return JSON.parse(said);
}

function start(app: 'api' | 'cli', args: string[], stdout: 'ignore' | 'pipe'): ChildProcess {
  const child = spawn(
    process.execPath,
    [fileURLToPath(compiledFile(import.meta.url, `../apps/${app}/main.js`)), ...args],
    {
      env: childEnvironment(env),
      stdio: ['ignore', stdout, 2, ...(app === 'api' ? (['ipc'] as const) : [])],
    },
  );
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function line(what: string, found: string): void {
  process.stdout.write(`${what.padEnd(26)} ${found}\n`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
