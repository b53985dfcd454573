import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AddressRules, Fetcher } from '#fetching';
import { type ModelVersion, Random, systemClock } from '#foundation';
import { JOB_INPUTS } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { type SenderOptions, type WebhookKind, webhookRequest, WebhookSender, WebhookService } from '#webhooks';
import { registerModel } from '../support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';
import { answer, WebhookReceiver } from '../support/webhook-receiver.js';
import { begun } from '../support/begun.js';

const audit = JOB_INPUTS.audit.parse({});
const silent = { info: () => undefined, warn: () => undefined };
/** Nothing waits for hours here. */
const QUICK: SenderOptions = { pollMs: 20, pause: () => 20 };

let place: TestDatabase;
let database: Database;
let receiver: WebhookReceiver;
let fetcher: Fetcher;
let webhooks: WebhookService;
const senders: WebhookSender[] = [];

beforeAll(async () => {
  place = await createTestDatabase(migrate);
  database = await openDatabase(place.connection);
  receiver = await WebhookReceiver.start();
  fetcher = new Fetcher(new AddressRules([`127.0.0.1:${receiver.port}`]));
  webhooks = new WebhookService(database.webhooks, fetcher, systemClock, () => 'msg');
});
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
  for (const { id } of await webhooks.list()) await webhooks.remove(id);
  expect(receiver.faults).toEqual([]);
  receiver.received.length = 0;
});
afterAll(async () => {
  await fetcher?.close();
  await receiver?.close();
  await database?.close();
  await place?.drop();
});

function send(options: SenderOptions = {}, through = fetcher): void {
  senders.push(
    new WebhookSender(database.webhooks, through, systemClock, new Random(1), silent, { ...QUICK, ...options }),
  );
}

async function add(kinds?: WebhookKind[], path = ''): Promise<number> {
  const asked = webhookRequest.parse({ url: receiver.url + path, ...(kinds ? { kinds } : {}) });
  const { webhook, secret } = await webhooks.add(asked, 'a test');
  receiver.secret = secret;
  return webhook.id;
}

/** A run that has come to an end. */
async function finished(state: 'succeeded' | 'failed' = 'succeeded'): Promise<string> {
  const { id } = await database.jobs.create('audit', audit, { requestedBy: 'a test' });
  await database.jobs.markRunning(id);
  if (state === 'succeeded') await database.jobs.succeed(await begun(database.jobs, id), {});
  else await database.jobs.fail(await begun(database.jobs, id), { code: 'broken', message: 'It broke.' });
  return id;
}

const untilDelivery = (webhook: number, expected: object) =>
  vi.waitFor(async () => expect((await webhooks.deliveries(webhook, null, 1))[0]).toMatchObject(expected), {
    timeout: 15_000,
    interval: 20,
  });

describe('webhooks', () => {
  it('are told, signed, how runs ended, and of no other kind than they asked for', async () => {
    await add(['job.finished', 'job.failed']);
    send();
    const [good, bad] = [await finished(), await finished('failed')];
    const received = await receiver.until(2);
    expect(received.map(({ type, data }) => [type, data])).toEqual([
      ['job.finished', expect.objectContaining({ id: good, kind: 'audit', state: 'succeeded', error: null })],
      ['job.failed', expect.objectContaining({ id: bad, error: { code: 'broken', message: 'It broke.' } })],
    ]);
    await webhooks.remove((await webhooks.list())[0]?.id ?? 0);
    const failing = await add(['job.failed']);
    await finished();
    await finished('failed');
    await receiver.until(3);
    await untilDelivery(failing, { kind: 'job.failed', state: 'delivered', attempts: 1, lastStatus: 204 });
    expect(await webhooks.deliveries(failing, null, 10)).toHaveLength(1);
  });

  it('are told which vectors answer, and that it is a way back', async () => {
    await registerModel(database, 'v1');
    const built: number[] = [];
    for (let i = 0; i < 2; i += 1) {
      const build = await database.generations.build('v1' as ModelVersion);
      await build.index();
      await build.complete();
      built.push(build.id);
    }
    await add(['generation.promoted', 'generation.rolled-back']);
    send();
    const flips = [
      ['activated-first', 0],
      ['promoted', 1],
      ['rolled-back', 0],
    ] as const;
    for (const [action, i] of flips)
      await database.generations.activate(built[i]!, () => ({ action, by: 'a test', reason: 'why', verdict: null }));
    const received = await receiver.until(3);
    const of = { modelVersion: 'v1', by: 'a test', reason: 'why', outcome: null };
    expect(received.map(({ type, data }) => [type, data])).toEqual([
      ['generation.promoted', { ...of, id: built[0], action: 'activated-first', previous: null }],
      ['generation.promoted', { ...of, id: built[1], action: 'promoted', previous: built[0] }],
      ['generation.rolled-back', { ...of, id: built[0], action: 'rolled-back', previous: built[1] }],
    ]);
    await add(['promotion.refused']);
    await queryOnce(
      place.connection,
      `INSERT INTO promotion (action, generation, model_version, by, verdict)
       VALUES ('refused', 7, 'v1', 'schedule weekly', '{"judgement": {"outcome": "worse"}}')`,
    );
    await receiver.until(4);
    expect(received[3]).toMatchObject({ type: 'promotion.refused', data: { id: 7, outcome: 'worse', reason: null } });
  });

  it('are told nothing of what was taken back', async () => {
    const id = await add();
    await expect(
      queryOnce(
        place.connection,
        `BEGIN; UPDATE job_run SET state = 'failed', error = '{}', finished_at = now(); SELECT 1 / 0; COMMIT`,
      ),
    ).rejects.toThrow('division by zero');
    expect(await webhooks.deliveries(id, null, 10)).toEqual([]);
  });

  it('get a message again, under the same id, while they refuse it, redirect, hang or are away', async () => {
    const id = await add(['job.finished']);
    const elsewhere = `http://127.0.0.1:${receiver.port}/elsewhere`;
    receiver.answers = [
      answer(500),
      answer(302, { location: elsewhere }),
      () => undefined,
      (response) => void response.destroy(),
      answer(429, { 'retry-after': '1' }),
    ];
    send({ attemptMs: 200 });
    await finished();
    const received = await receiver.until(6);
    expect(new Set(received.map((message) => message.id)).size).toBe(1);
    expect(received.map(({ path }) => path)).toEqual(Array(6).fill('/hook'));
    await untilDelivery(id, { id: received[0]?.id, state: 'delivered', attempts: 6, lastStatus: 204 });
  });

  it('get what waits for a time that a clock has gone back from, as if nobody were sending', async () => {
    const webhook = await add(['job.finished']);
    await finished();
    const tomorrow = `clock_timestamp() + interval '1 day'`;
    await queryOnce(place.connection, `UPDATE webhook SET busy_until = ${tomorrow}`);
    await queryOnce(place.connection, `UPDATE webhook_delivery SET next_at = ${tomorrow}`);
    send();
    await receiver.until(1);
    await untilDelivery(webhook, { state: 'delivered' });
  });

  it('that answer 410 are told nothing more', async () => {
    const id = await add(['job.finished']);
    receiver.answers = [answer(410)];
    await finished();
    await finished();
    send();
    await untilDelivery(id, { state: 'dead', lastError: 'The webhook is disabled.' });
    expect(await webhooks.list()).toMatchObject([{ id, disabledBecause: 'It answered 410.' }]);
    await finished();
    expect(await webhooks.deliveries(id, null, 10)).toHaveLength(2);
    expect(receiver.received).toHaveLength(1);
  });

  it('that never take a message leave it dead; a person can have it tried again', async () => {
    const id = await add(['job.finished']);
    receiver.answers = Array.from({ length: 3 }, () => answer(500));
    send({ pause: (attempts) => (attempts < 3 ? 20 : null) });
    await finished();
    await untilDelivery(id, {
      state: 'dead',
      attempts: 3,
      lastStatus: 500,
      lastError: 'It answered 500.',
      nextAt: null,
    });
    const [dead] = await webhooks.deliveries(id, 'dead', 10);
    await webhooks.retry(id, dead?.id ?? '');
    await untilDelivery(id, { id: dead?.id, state: 'delivered', attempts: 1, lastError: null });
    await expect(webhooks.retry(id, dead?.id ?? '')).rejects.toMatchObject({ code: 'delivery-not-dead' });
  });

  it('get each message from one of many senders, those of one thing in their order', async () => {
    const ids = [await add(['job.finished', 'job.failed'])];
    for (let i = 0; i < 3; i += 1) send();
    const runs: string[] = [];
    for (let i = 0; i < 20; i += 1) runs.push(await finished(i % 2 === 0 ? 'succeeded' : 'failed'));
    await receiver.until(20);
    await untilDelivery(ids[0]!, { state: 'delivered' });
    expect(receiver.received.map(({ data }) => data['id'])).toEqual(runs);
    expect((await webhooks.deliveries(ids[0]!, null, 100)).every(({ attempts }) => attempts === 1)).toBe(true);
  });

  it('do not wait for one that hangs', async () => {
    await add(['job.finished'], '/slow');
    await add(['job.finished']);
    receiver.secret = null;
    receiver.answers = [() => undefined];
    await finished();
    await finished();
    send();
    const received = await receiver.until(3);
    expect(received.map(({ path }) => path)).toEqual(expect.arrayContaining(['/hook/slow', '/hook', '/hook']));
  });

  it('are not reached at addresses that are not public, unless they are listed', async () => {
    const id = await add(['job.finished']);
    const strict = new Fetcher(new AddressRules());
    send({}, strict);
    await finished();
    const lastError = `127.0.0.1, port ${receiver.port}, is not a public web address at port 80 or 443.`;
    await untilDelivery(id, { state: 'pending', lastStatus: null, lastError });
    expect(receiver.received).toEqual([]);
    await senders.pop()?.close();
    await strict.close();
  });

  it('get a message again whose sender was killed before it wrote down that it was taken', async () => {
    const id = await add(['job.finished']);
    let taken: () => void = () => undefined;
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    receiver.answers = [() => taken()];
    const script = fileURLToPath(new URL('../support/webhook-sender-child.mjs', import.meta.url));
    const settings = { connection: place.connection, allow: `127.0.0.1:${receiver.port}`, leaseMs: 1_000 };
    const child = fork(script, [JSON.stringify(settings)], { execArgv: [] });
    await once(child, 'message');
    await finished();
    await isTaken;
    child.kill('SIGKILL');
    await once(child, 'exit');
    send();
    const [first, second] = await receiver.until(2);
    expect(second).toEqual(first);
    await untilDelivery(id, { id: first?.id, state: 'delivered', attempts: 2 });
  });

  it('are so many at most', async () => {
    for (let i = 0; i < 20; i += 1) await add();
    await expect(add()).rejects.toMatchObject({ code: 'too-many-webhooks' });
  });

  it('forget messages that ended long ago, and no others', async () => {
    const id = await add(['job.finished', 'job.failed']);
    send();
    await finished();
    await untilDelivery(id, { state: 'delivered' });
    await senders.pop()?.close();
    await finished('failed');
    expect(await database.webhooks.dropBefore(new Date(0))).toBe(0);
    expect(await database.webhooks.dropBefore(new Date(Date.now() + 60_000))).toBe(1);
    expect(await webhooks.deliveries(id, null, 10)).toMatchObject([{ kind: 'job.failed', state: 'pending' }]);
  });
});
