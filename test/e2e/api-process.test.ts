import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { compiledFile } from '#config';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testRedis } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { type ApiShop, openApiShop } from './api-shop.js';

const API = fileURLToPath(compiledFile(import.meta.url, '../../apps/api/main.js'));

let shop: ApiShop;
const started: ChildProcess[] = [];

beforeAll(async () => {
  shop = await openApiShop();
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(() => shop?.close());

/** The compiled service as a process of its own, on the servers of the tests. */
function startApi(port: number): { child: ChildProcess; ready: Promise<unknown>; log: () => string } {
  const { socketDir, user, database } = shop.connection;
  const child = fork(API, {
    env: {
      PATH: process.env['PATH'],
      HOME: shop.directory,
      WEFT_HOME: shop.directory,
      WEFT_PORT: String(port),
      DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(socketDir)}`,
      REDIS_URL: `unix://${testRedis().path}`,
    },
    // Not vitest's own, which would make it load TypeScript.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  started.push(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`It ended before it was ready: ${log}`)));
  const ready = Promise.race([once(child, 'message'), ended]);
  // Who waits for the end does not wait for this too.
  ready.catch(() => undefined);
  return { child, ready, log: () => log };
}

const mapsOf = ({ pid }: ChildProcess) => readFileSync(`/proc/${pid}/maps`, 'utf8');
const residentMegabytes = ({ pid }: ChildProcess) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe('the API process', () => {
  it('holds no TensorFlow, no ONNX Runtime and no image library after 100 requests, in under 250 MB', async () => {
    const port = await freePort();
    const { child, ready } = startApi(port);
    await ready;
    const url = `http://127.0.0.1:${port}`;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ signals: [{ productId: 'coat', type: 'view' }] });
    for (let i = 0; i < 25; i += 1) {
      const answers = await Promise.all([
        fetch(`${url}/v1/products/coat/similar`),
        fetch(`${url}/v1/recommendations`, { method: 'POST', headers, body }),
        fetch(`${url}/v1/products/coat`),
        fetch(`${url}/v1/trainings`, { method: 'POST', headers, body: '{"seed": "no"}' }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 400]);
      await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    }
    // The file that Node itself is mapped from shows that this is the right place to look.
    expect(mapsOf(child)).toContain(process.execPath);
    expect(mapsOf(child)).not.toMatch(/tensorflow|tfjs|onnxruntime|vips|sharp/i);
    expect(residentMegabytes(child)).toBeLessThan(250);

    // In threads of their own, which end.
    const [grouped, doubled] = await Promise.all([
      fetch(`${url}/v1/clusters?count=3`),
      fetch(`${url}/v1/near-duplicates`),
    ]);
    expect([grouped.status, await grouped.json()]).toEqual([200, expect.objectContaining({ products: 10 })]);
    expect([doubled.status, await doubled.json()]).toEqual([200, expect.objectContaining({ total: 0 })]);

    const image = await fetch(`${url}/v1/images/${shop.photoId}?w=64`);
    expect([image.status, (await image.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
    expect(mapsOf(child)).toMatch(/vips/);
    expect(mapsOf(child)).not.toMatch(/tensorflow|tfjs|onnxruntime/i);

    // The shop's model has no bundle: what reads photos and models is loaded all the same.
    const photos = [{ productId: 'coat' }, { productId: 'dress' }];
    const asked = await fetch(`${url}/v1/verify`, { method: 'POST', headers, body: JSON.stringify({ photos }) });
    expect([asked.status, await asked.json()]).toEqual([503, expect.objectContaining({ code: 'photos-unreadable' })]);
    expect(mapsOf(child)).not.toMatch(/tensorflow|tfjs/i);
  });

  it('ends on SIGTERM, and when the process that started it is gone', async () => {
    const ends = [(child: ChildProcess) => void child.kill('SIGTERM'), (child: ChildProcess) => child.disconnect()];
    for (const end of ends) {
      const { child, ready } = startApi(await freePort());
      await ready;
      const exit = once(child, 'exit');
      end(child);
      expect((await exit)[0]).toBe(0);
    }
  });

  it('says why it cannot start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { child, log } = startApi((taken.address() as AddressInfo).port);
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(log()).toContain('EADDRINUSE');
    taken.close();
  });
});
