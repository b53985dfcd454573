import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import {
  addedWebhookResponse,
  deliveriesResponse,
  testedWebhookResponse,
  webhooksResponse,
} from '../../apps/api/webhooks/webhook-schemas.js';
import { compiledFile } from '#config';
import { JOB_INPUTS } from '#jobs';
import { testRedis } from '../support/database.js';
import { answer, WebhookReceiver } from '../support/webhook-receiver.js';
import { weft } from '../support/weft.js';
import { type ApiShop, openApiShop } from './api-shop.js';
import { askJson } from './served-shop.js';
import { type StartedApi, startApi } from './start-api.js';
import { begun } from '../support/begun.js';

let shop: ApiShop;
let api: StartedApi;
let receiver: WebhookReceiver;
let env: Record<string, string>;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  shop = await openApiShop();
  const { directory, database, connection } = shop;
  const allow = `127.0.0.1:${receiver.port}`;
  api = await startApi(database, { feedDir: directory, home: directory, fetchAllow: [allow] });
  const { socketDir, user } = connection;
  env = {
    WEFT_HOME: directory,
    WEFT_FETCH_ALLOW: allow,
    DATABASE_URL: `postgresql://${user}@localhost/${connection.database}?host=${encodeURIComponent(socketDir)}`,
    REDIS_URL: `unix://${testRedis().path}`,
  };
});
afterAll(async () => {
  await api?.close();
  await shop?.close();
  await receiver?.close();
});

const ask = (method: string, path: string, body?: unknown) => askJson(api, method, path, body);
const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;
const finished = async () => {
  const { id } = await shop.database.jobs.create('audit', JOB_INPUTS.audit.parse({}), { requestedBy: 'a test' });
  await shop.database.jobs.succeed(await begun(shop.database.jobs, id), {});
  return id;
};

/** The compiled worker, which takes jobs of no kind that is started here. */
async function startWorker(): Promise<ChildProcess> {
  const script = fileURLToPath(compiledFile(import.meta.url, '../../apps/worker/main.js'));
  const own = { PATH: process.env['PATH'], HOME: shop.directory, ...env };
  const args = ['--jobs', 'embed', '--ready-file', join(shop.directory, 'ready')];
  const child = fork(script, args, { env: own, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`It ended before it was ready: ${log}`)));
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  return child;
}

describe('webhooks over HTTP', () => {
  it('are added, tried, shown without their secret, and removed', async () => {
    const added = await ask('POST', 'webhooks', { url: receiver.url, kinds: ['job.finished'] });
    expect([added.status, added.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { secret, webhook } = addedWebhookResponse.parse(await added.json());
    receiver.secret = secret;
    receiver.answers = [answer(204), answer(400)];
    const tried = async () =>
      testedWebhookResponse.parse(await (await ask('POST', `webhooks/${webhook.id}/test`)).json());
    expect(await tried()).toEqual({ taken: true, status: 204, error: null });
    expect(await tried()).toEqual({ taken: false, status: 400, error: 'It answered 400.' });
    expect(receiver.received).toMatchObject(Array(2).fill({ type: 'webhook.test', data: { webhook: webhook.id } }));
    expect(receiver.faults).toEqual([]);

    const listed = await (await ask('GET', 'webhooks')).text();
    expect(webhooksResponse.parse(JSON.parse(listed)).webhooks).toEqual([webhook]);
    expect(listed).not.toContain(secret.slice(6));

    const id = await finished();
    const told = await ask('GET', `webhooks/${webhook.id}/deliveries?state=pending`);
    const { deliveries } = deliveriesResponse.parse(await told.json());
    expect(deliveries).toMatchObject([{ kind: 'job.finished', subject: `job ${id}`, attempts: 0, finishedAt: null }]);
    expect(await codeOf(await ask('POST', `webhooks/${webhook.id}/deliveries/${deliveries[0]?.id}/retry`))).toBe(
      'delivery-not-dead',
    );
    expect(await (await ask('DELETE', `webhooks/${webhook.id}`)).json()).toEqual({ removed: webhook.id });
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['POST', `/deliveries/${deliveries[0]?.id}/retry`],
    ] as const)
      expect(await codeOf(await ask(method, `webhooks/${webhook.id}${path}`))).toBe('webhook-unknown');
  });

  it.each([
    { url: 'ftp://shop.example/hook' },
    { url: 'https://name:secret@shop.example/hook' },
    { url: 'shop.example' },
    { url: 'https://shop.example', kinds: ['job.began'] },
    { url: 'https://shop.example', kinds: [] },
    {},
  ])('cannot be %j', async (body) => {
    const response = await ask('POST', 'webhooks', body);
    expect([response.status, await codeOf(response)]).toEqual([400, 'request-invalid']);
  });
});

it('weft webhook handles them, and a worker sends what they are told', { timeout: 120_000 }, async () => {
  receiver.received.length = 0;
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await weft(['webhook', ...args, '--json'], env);
    return { exitCode, stderr, said: JSON.parse(stdout) as Record<string, never> };
  };
  const { said: added } = await run('add', receiver.url, '--kinds', 'job.finished');
  const { secret, webhook } = added as unknown as { secret: string; webhook: { id: number } };
  receiver.secret = secret;
  const number = String(webhook.id);
  const id = await finished();
  const worker = await startWorker();
  const ready = join(shop.directory, 'ready');
  expect(existsSync(ready)).toBe(true);
  try {
    expect(await receiver.until(1)).toMatchObject([{ type: 'job.finished', data: { id } }]);
    await vi.waitFor(async () =>
      expect(await shop.database.webhooks.deliveries(webhook.id, null, 1)).toMatchObject([{ state: 'delivered' }]),
    );
  } finally {
    worker.kill('SIGTERM');
    expect((await once(worker, 'exit'))[0]).toBe(0);
    expect(existsSync(ready)).toBe(false);
  }
  expect(receiver.faults).toEqual([]);
  const { said: told } = await run('deliveries', number);
  expect(told).toMatchObject({ deliveries: [{ kind: 'job.finished', state: 'delivered', lastStatus: 204 }] });
  receiver.answers = [answer(500)];
  expect(await run('test', number)).toMatchObject({ exitCode: 1, said: { error: { code: 'webhook-not-taken' } } });
  expect((await run('remove', number)).said).toEqual({ removed: webhook.id });
  expect(await run('add', 'nowhere')).toMatchObject({ exitCode: 1, said: { error: { code: 'webhook-invalid' } } });
});
