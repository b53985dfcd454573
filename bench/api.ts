/**
 * Measures the API on the catalogue of this home: start-up, memory, and the time of both recommendation endpoints, asked
 * one request after the other. Prints one table; asserts nothing.
 *
 *   npm run bench:api
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keyRequest, KeyService } from '#access';
import { childEnvironment, compiledFile, loadConfig } from '#config';
import { Random, systemClock } from '#foundation';
import { migrate, openDatabase } from '#persistence';
import { openServers } from '#provision';

const REQUESTS = 500;
const WARM_UP = 50;
const FEW_SIGNALS = 5;
const MANY_SIGNALS = 20;
/** A port of its own, so that a running service is not in the way. */
const PORT = 4199;

const config = loadConfig();
const servers = await openServers(config, (line) => process.stderr.write(`${line}\n`));
await migrate(servers.database);
const database = await openDatabase(servers.database);
const products = [...new Set((await database.generations.photosOfCatalogue()).map(({ productId }) => productId))];
const active = await database.catalog.activeGeneration();
if (products.length === 0 || active === null) {
  await database.close();
  process.stderr.write('bench: nothing is served here; run `npm run demo` first.\n');
  process.exit(1);
}

// With a key wherever keys are asked for, because a key costs time: limits that no measurement meets, revoked at the end.
const keys = new KeyService(database.keys, systemClock);
const limits = { perMinute: 10_000_000, perMinutePerAddress: 10_000_000 };
const own = (await database.keys.isAnyKey())
  ? await keys.create(
      keyRequest.parse({ kind: 'merchandiser', name: 'bench:api', scopes: ['read'], expires: '1h', ...limits }),
      'bench:api',
    )
  : null;
const authorization: Record<string, string> = own === null ? {} : { authorization: `Bearer ${own.text}` };

const url = `http://127.0.0.1:${PORT}`;
const started = performance.now();
const api = spawn(process.execPath, [fileURLToPath(compiledFile(import.meta.url, '../apps/api/main.js'))], {
  env: childEnvironment({ WEFT_PORT: String(PORT), WEFT_LOG_LEVEL: 'error' }),
  stdio: ['ignore', 2, 2, 'ipc'],
});
await once(api, 'message');
const startUpMs = performance.now() - started;

const random = new Random(1);
const similar = await measure(() =>
  fetch(`${url}/v1/products/${encodeURIComponent(random.pick(products))}/similar`, { headers: authorization }),
);
const types = ['view', 'wishlist', 'cart', 'purchase', 'dislike'] as const;
const recommend = (count: number) => () => {
  const signals = Array.from({ length: count }, (_, i) => ({
    ...{ productId: random.pick(products), type: types[i % types.length] },
    at: new Date(Date.now() - 60_000 * i).toISOString(),
  }));
  return fetch(`${url}/v1/recommendations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ signals }),
  });
};
const few = await measure(recommend(FEW_SIGNALS));
const many = await measure(recommend(MANY_SIGNALS));
const memoryMb = residentMb(api.pid ?? 0);

process.stdout.write(`products in the catalogue         ${products.length}\n`);
process.stdout.write(`a key with each request           ${own === null ? 'no' : 'yes'}\n`);
process.stdout.write(`start-up with servers running     ${startUpMs.toFixed(0)} ms\n`);
process.stdout.write(`resident after ${3 * (REQUESTS + WARM_UP)} requests      ${memoryMb.toFixed(0)} MB\n`);
process.stdout.write(`GET similar                       p50 ${similar.p50} ms  p95 ${similar.p95} ms\n`);
for (const [signals, { p50, p95 }] of [[FEW_SIGNALS, few] as const, [MANY_SIGNALS, many] as const]) {
  process.stdout.write(`POST recommendations (${signals} signals)  p50 ${p50} ms  p95 ${p95} ms\n`);
}

api.kill('SIGTERM');
await once(api, 'exit');
if (own !== null) await keys.revoke(own.key.id, 'bench:api');
await database.close();
await servers.release();

/** Milliseconds until the whole body is read. */
async function measure(ask: () => Promise<Response>): Promise<{ p50: string; p95: string }> {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + REQUESTS; i += 1) {
    const start = performance.now();
    const response = await ask();
    const body = await response.text();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${body}`);
    if (i >= WARM_UP) times.push(performance.now() - start);
    if (i % 100 === 0) await sleep(1);
  }
  times.sort((a, b) => a - b);
  const quantile = (share: number) => (times[Math.floor(share * times.length)] ?? NaN).toFixed(1);
  return { p50: quantile(0.5), p95: quantile(0.95) };
}

function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1024;
}
