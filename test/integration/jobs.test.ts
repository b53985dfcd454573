import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type JobId, Random, WeftError } from '#foundation';
import {
  JobCancelled,
  type JobHandlers,
  type JobRun,
  JOB_INPUTS,
  JobQueue,
  type JobRequest,
  JobWorker,
  type JobWorkerOptions,
} from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { newImport } from '../support/catalogue.js';
import { createTestDatabase, queryOnce, testRedis, type TestDatabase } from '../support/database.js';
import { openBullQueues, wake } from '../../libs/jobs/bull-queues.js';
import { begun as asBegun } from '../support/begun.js';

const LOCKS = { lockMs: 600, checkMs: 200 };
const NEVER = 1e9;
/** A worker that soon finds what nobody works on. */
const SOON = { lookMs: 20, retryMs: 20 };
/** A worker process that a test can kill or stop. */
function startChild(settings: object) {
  const script = fileURLToPath(new URL('../support/job-worker-child.mjs', import.meta.url));
  const child = fork(script, [JSON.stringify(settings)], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const said = (message: string) => vi.waitFor(() => expect(messages).toContain(message), { timeout: 15_000 });
  return { child, said };
}
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const ASK = { requestedBy: 'a test' };
const feed = JOB_INPUTS.import.parse({ feed: '/feeds/feed.csv' });

let scratch: TestDatabase;
let database: Database;
beforeAll(async () => {
  scratch = await createTestDatabase();
  await migrate(scratch.connection);
  database = await openDatabase(scratch.connection);
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});

const open: { close(): Promise<void> }[] = [];
const gates: (() => void)[] = [];
/** What a handler waits for; opened at the end of the test at the latest, or its worker could not be closed. */
function gate(): { opened: Promise<void>; letPass: () => void } {
  let letPass: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (letPass = resolve));
  gates.push(letPass);
  return { opened, letPass };
}
afterEach(async () => {
  for (const letPass of gates.splice(0)) letPass();
  await Promise.all(open.splice(0).map((opened) => opened.close()));
  vi.restoreAllMocks();
  for (const run of await database.jobs.unfinished()) await database.jobs.fail(run, { code: 'test', message: '' });
});

/** A queue and a factory of workers that share a corner of Redis of their own. */
function corner() {
  const { path, prefix } = testRedis();
  const redis = { path };
  const queue = new JobQueue({ redis, prefix }, database.jobs);
  open.push(queue);
  const startWorker = async (handlers: Partial<JobHandlers>, options: Partial<JobWorkerOptions> = {}) => {
    const all = { redis, prefix, locks: LOCKS, lookMs: NEVER, random: new Random(1), ...options };
    const worker = new JobWorker(all, database.jobs, handlers, silent);
    open.push(worker);
    await worker.start();
    return worker;
  };
  return { redis, prefix, queue, startWorker };
}

class Passing extends WeftError {
  override get isRetryable() {
    return true;
  }
}
const notCalled = () => Promise.reject(new Error('not expected'));
const training = JOB_INPUTS.train.parse({});
const sql = (text: string) => queryOnce(scratch.connection, text);
/** Ends the connections that hold a turn. */
const CUT_TURNS = `SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_locks JOIN pg_database d ON d.oid = database
  WHERE locktype = 'advisory' AND datname = current_database()) AS holding`;
const stateOf = async (id: JobId) => (await database.jobs.find(id))?.state;
const untilState = (id: JobId, state: string) =>
  vi.waitFor(async () => expect(await stateOf(id)).toBe(state), { timeout: 15_000, interval: 20 });

describe('JobQueue and JobWorker', () => {
  it('run a job and keep what it said and gave', async () => {
    const { queue, startWorker } = corner();
    await startWorker({
      train: async (run, report) => {
        report({ stage: 'training', fraction: 0.5, message: run.input.loss.name });
        return { seed: run.input.seed };
      },
    });
    const { id } = await queue.enqueue('train', { loss: { name: 'triplet-margin' }, seed: 7 }, ASK);
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({
      kind: 'train',
      result: { seed: 7 },
      progress: { stage: 'training', fraction: 0.5, message: 'triplet-margin' },
      error: null,
      attempts: 1,
    });
  });

  it('fail at once what a person must mend, with its words', async () => {
    const { queue, startWorker } = corner();
    await startWorker({
      import: async () => {
        throw new WeftError('feed-missing', 'There is no feed.', { remedy: 'Write one.' });
      },
    });
    const { id } = await queue.enqueue('import', feed, ASK);
    await untilState(id, 'failed');
    expect(await database.jobs.find(id)).toMatchObject({
      attempts: 1,
      error: { code: 'feed-missing', message: 'There is no feed.', remedy: 'Write one.' },
    });
  });

  it('try again what may pass by itself, and say meanwhile why it failed', async () => {
    const { queue, startWorker } = corner();
    const seen: unknown[] = [];
    const passing = [new Error('connect ECONNREFUSED'), new Passing('database-unreachable', 'Postgres is away.')];
    const look = async ({ id }: { id: JobId }) => {
      const { state, attempts, error } = (await database.jobs.find(id))!;
      seen.push([state, attempts, error]);
    };
    await startWorker(
      {
        import: async (run) => {
          await look(run);
          const error = passing[run.attempts - 1];
          if (error !== undefined) throw error;
          return 'done';
        },
      },
      SOON,
    );
    const { id } = await queue.enqueue('import', feed, ASK);
    await untilState(id, 'succeeded');
    expect(seen).toEqual([
      ['running', 1, null],
      ['running', 2, { code: 'unexpected', message: 'connect ECONNREFUSED' }],
      ['running', 3, { code: 'database-unreachable', message: 'Postgres is away.' }],
    ]);
    expect(await database.jobs.find(id)).toMatchObject({ error: null, notBefore: null, attempts: 3 });
    expect((await database.jobs.log(id)).map(({ level, words }) => [level, words])).toEqual([
      ['info', expect.stringMatching(/^Attempt 1 began/) as string],
      ['warn', 'connect ECONNREFUSED (unexpected) It is tried again in 1 s.'],
      ['info', expect.stringMatching(/^Attempt 2 began/) as string],
      ['warn', 'Postgres is away. (database-unreachable) It is tried again in 1 s.'],
      ['info', expect.stringMatching(/^Attempt 3 began/) as string],
      ['info', 'Succeeded.'],
    ]);
  });

  it('wait before the next try, which is written in the row, and let others go first', async () => {
    const { queue, startWorker } = corner();
    const begun: JobId[] = [];
    const failOnce: Partial<JobHandlers> = {
      import: async (run) => {
        begun.push(run.id);
        if (begun.length === 1) throw new Error('away');
      },
    };
    await startWorker(failOnce, { retryMs: NEVER });
    const first = await queue.enqueue('import', feed, ASK);
    await vi.waitFor(async () => expect((await database.jobs.find(first.id))?.error).not.toBeNull());
    const { state, notBefore, createdAt } = (await database.jobs.find(first.id))!;
    expect(state).toBe('queued');
    // The longest wait there is, less up to half of it by chance.
    expect(notBefore!.getTime() - createdAt.getTime()).toBeGreaterThan(300_000);
    const second = await queue.enqueue('import', feed, ASK);
    await untilState(second.id, 'succeeded');
    await startWorker(failOnce, SOON);
    const third = await queue.enqueue('import', feed, ASK);
    await untilState(third.id, 'succeeded');
    expect(begun).toEqual([first.id, second.id, third.id]);
    expect(await queue.cancel(first.id, 'somebody')).toMatchObject({ state: 'cancelled', error: null });
  });

  it('bury what fails as often as it may be tried', async () => {
    const { queue, startWorker } = corner();
    const fail = () => Promise.reject(new Error('away'));
    await startWorker({ import: fail, audit: fail }, SOON);
    const runs = [await queue.enqueue('import', feed, ASK), await queue.enqueue('audit', {}, ASK)];
    for (const { id } of runs) await untilState(id, 'dead');
    const ends = await Promise.all(runs.map(({ id }) => database.jobs.find(id)));
    expect(ends).toMatchObject([
      { attempts: 5, error: { code: 'unexpected', message: 'away' } },
      { attempts: 3, error: { code: 'unexpected', message: 'away' } },
    ]);
  });

  it('begin the urgent first, the older first among equals, and before them what a dead worker left', async () => {
    const { queue, startWorker } = corner();
    const ids: JobId[] = [];
    for (const priority of ['low', undefined, 'normal', 'high'] as const)
      ids.push((await queue.enqueue('import', feed, { ...ASK, priority })).id);
    const left = await queue.enqueue('import', feed, { ...ASK, priority: 'low' });
    await database.jobs.markRunning(left.id);
    const begun: JobId[] = [];
    await startWorker({ import: async (run) => begun.push(run.id) });
    await untilState(ids[0]!, 'succeeded');
    expect(begun).toEqual([left.id, ids[3], ids[1], ids[2], ids[0]]);
  });

  it('run as many of a kind at once as its rules say, each once, and the kinds beside each other', async () => {
    const { queue, startWorker } = corner();
    const begun: JobId[] = [];
    const { opened, letPass } = gate();
    const hold = async (run: { id: JobId }) => {
      begun.push(run.id);
      await opened;
    };
    const asked = vi.spyOn(database.jobs, 'takeTurn');
    await startWorker({ audit: hold, import: hold });
    await startWorker({ audit: hold, import: hold });
    const audits: { id: JobId }[] = [];
    for (let i = 0; i < 3; i += 1) audits.push(await queue.enqueue('audit', {}, ASK));
    const imports = [await queue.enqueue('import', feed, ASK), await queue.enqueue('import', feed, ASK)];
    await vi.waitFor(() => expect(begun).toHaveLength(3), { timeout: 5_000 });
    const refused = () => asked.mock.settledResults.filter(({ value }) => value === null).length;
    const before = refused();
    await vi.waitFor(() => expect(refused()).toBeGreaterThan(before + 2), { timeout: 5_000 });
    const first = [...audits.slice(0, 2), imports[0]!].map(({ id }) => id);
    expect([...begun].sort()).toEqual(first.sort());
    letPass();
    for (const { id } of [...audits, ...imports]) await untilState(id, 'succeeded');
    expect(new Set(begun).size).toBe(5);
    expect(begun).toHaveLength(5);
  });

  it('put nothing but the id into Redis', async () => {
    const { redis, prefix, queue } = corner();
    const { id } = await queue.enqueue('import', feed, ASK);
    const queues = openBullQueues(redis, prefix, LOCKS, () => undefined);
    const job = await queues.import.getJob(`${id}-0`);
    expect(job?.data).toEqual({ id });
    await Promise.all(Object.values(queues).map((bull) => bull.close()));
  });

  it('do nothing for a job whose run is finished', async () => {
    const { redis, prefix, queue, startWorker } = corner();
    const done = await database.jobs.create('import', feed, ASK);
    await database.jobs.markRunning(done.id);
    await database.jobs.succeed(await asBegun(database.jobs, done.id), { first: true });
    const queues = openBullQueues(redis, prefix, LOCKS, () => undefined);
    await wake(queues, done);
    await Promise.all(Object.values(queues).map((bull) => bull.close()));
    const handled: JobId[] = [];
    await startWorker({ import: async (run) => handled.push(run.id) });
    const next = await queue.enqueue('import', feed, ASK);
    await untilState(next.id, 'succeeded');
    expect(handled).toEqual([next.id]);
    expect(await database.jobs.find(done.id)).toMatchObject({
      state: 'succeeded',
      result: { first: true },
      attempts: 1,
    });
  });

  it('take up unfinished runs that Redis has lost', async () => {
    const { startWorker } = corner();
    const lost = await database.jobs.create('import', feed, ASK);
    await startWorker({ import: async () => 'found' });
    await untilState(lost.id, 'succeeded');
  });

  it('take up a run that was recorded while they ran and for which nobody was woken', async () => {
    const { startWorker } = corner();
    await startWorker({ import: async () => 'found' }, SOON);
    const { id } = await database.jobs.create('import', feed, ASK);
    await untilState(id, 'succeeded');
  });

  it('fail a run whose input this version does not understand', async () => {
    const { startWorker } = corner();
    const { id } = await database.jobs.create('import', feed, ASK);
    await sql(`UPDATE job_run SET input = '{"url": "https://shop.example/feed.csv"}' WHERE id = '${id}'`);
    await startWorker({ import: notCalled });
    await untilState(id, 'failed');
    expect(await database.jobs.find(id)).toMatchObject({ error: { code: 'job-input-invalid' } });
  });

  it('give a handler the defaults that an older version did not record', async () => {
    const { startWorker } = corner();
    const { id } = await database.jobs.create('import', feed, ASK);
    await sql(`UPDATE job_run SET input = input - 'root' WHERE id = '${id}'`);
    await startWorker({ import: async (run) => run.input });
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({ result: feed });
  });

  it('take up the run of a worker that was killed, with the settings of every day', async () => {
    const { redis, prefix, queue, startWorker } = corner();
    const { child, said } = startChild({ connection: scratch.connection, redis, prefix });
    const { id } = await queue.enqueue('import', feed, ASK);
    await said('started');
    expect(await stateOf(id)).toBe('running');
    const everyDay = { locks: undefined, lookMs: undefined } as unknown as Partial<JobWorkerOptions>;
    await startWorker({ import: async (run) => ({ attempt: run.attempts }) }, everyDay);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({ result: { attempt: 2 }, attempts: 2 });
  });

  it('run once what a worker runs whose event loop stands still for longer than the lock of Bull', async () => {
    const { redis, prefix, queue, startWorker } = corner();
    const directory = mkdtempSync(join(tmpdir(), 'weft-fifo-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const fifo = join(directory, 'go');
    execFileSync('mkfifo', [fifo]);
    const { child, said } = startChild({ connection: scratch.connection, redis, prefix, locks: LOCKS, fifo });
    const { id } = await queue.enqueue('import', feed, ASK);
    await said('started');
    const asked = vi.spyOn(database.jobs, 'takeTurn');
    const begun: JobId[] = [];
    await startWorker({ import: async (run) => begun.push(run.id) });
    // Bull has given the wake-up to the second worker, which gets no turn.
    await vi.waitFor(
      () => expect(asked.mock.settledResults.filter(({ value }) => value === null).length).toBeGreaterThan(2),
      { timeout: 15_000 },
    );
    writeFileSync(fifo, 'go');
    await untilState(id, 'succeeded');
    expect(begun).toEqual([]);
    expect(await database.jobs.find(id)).toMatchObject({ result: { attempt: 1 }, attempts: 1 });
    // It would stand still in the next one, too.
    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await queue.enqueue('import', feed, ASK);
    await untilState(next.id, 'succeeded');
  });

  it('record and tidy up nothing of a worker that lost its turn and does not know it', async () => {
    const { queue, startWorker } = corner();
    const releases = [gate(), gate()];
    const begun: number[] = [];
    const tidied: number[] = [];
    const tidy = async (run: JobRun) => void tidied.push(run.attempts);
    const outcomes = vi.spyOn(database.jobs, 'succeed');
    const handlers: Partial<JobHandlers> = {
      import: async (run) => {
        begun.push(run.attempts);
        await releases[run.attempts - 1]?.opened;
        return { attempt: run.attempts };
      },
    };
    await startWorker(handlers, { tidy });
    const { id } = await queue.enqueue('import', feed, ASK);
    await vi.waitFor(() => expect(begun).toEqual([1]), { timeout: 5_000 });
    await sql(CUT_TURNS);
    await startWorker(handlers, { ...SOON, tidy });
    await vi.waitFor(() => expect(begun).toEqual([1, 2]), { timeout: 5_000 });
    releases[0]?.letPass();
    await vi.waitFor(() => expect(outcomes).toHaveResolvedWith(false), { timeout: 5_000 });
    expect(await stateOf(id)).toBe('running');
    expect(tidied).toEqual([]);
    releases[1]?.letPass();
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({ result: { attempt: 2 } });
    expect(tidied).toEqual([2]);
  });

  it('give up a run that has cost five workers their lives', async () => {
    const { startWorker } = corner();
    const { id } = await database.jobs.create('import', feed, ASK);
    for (let attempt = 0; attempt < 5; attempt += 1) await database.jobs.markRunning(id);
    const tidied: unknown[] = [];
    await startWorker(
      { import: notCalled },
      { tidy: async (run) => void tidied.push([run.id, await stateOf(run.id)]) },
    );
    await untilState(id, 'dead');
    expect(tidied).toEqual([[id, 'running']]);
    expect(await database.jobs.find(id)).toMatchObject({ error: { code: 'job-gave-up' } });
  });

  it('hand back, uncounted, what is not done when the grace ends', async () => {
    const { queue, startWorker } = corner();
    const first = await startWorker({
      import: (_run, _report, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    });
    const { id } = await queue.enqueue('import', feed, ASK);
    await untilState(id, 'running');
    await first.close(50);
    expect(await database.jobs.find(id)).toMatchObject({ state: 'queued', attempts: 0 });
    await startWorker({ import: async () => 'done' });
    await untilState(id, 'succeeded');
  });

  it('let a running job finish within the grace', async () => {
    const { queue, startWorker } = corner();
    let finish: (result: string) => void = () => undefined;
    const work = new Promise<string>((resolve) => (finish = resolve));
    const worker = await startWorker({ import: () => work });
    const { id } = await queue.enqueue('import', feed, ASK);
    await untilState(id, 'running');
    const closed = worker.close(60_000);
    finish('finished');
    await closed;
    expect(await database.jobs.find(id)).toMatchObject({ state: 'succeeded', result: 'finished' });
  });

  it('run one job of a kind at a time, however many workers there are', async () => {
    const { queue, startWorker } = corner();
    let running = 0;
    let most = 0;
    const handlers: Partial<JobHandlers> = {
      import: async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(20);
        running -= 1;
      },
    };
    await Promise.all([startWorker(handlers), startWorker(handlers)]);
    const runs = await Promise.all(Array.from({ length: 4 }, () => queue.enqueue('import', feed, ASK)));
    await Promise.all(runs.map(({ id }) => untilState(id, 'succeeded')));
    expect(most).toBe(1);
  });

  it('leave a job whose kind they do not take to a worker that does', async () => {
    const { queue, startWorker } = corner();
    await startWorker({ import: () => Promise.resolve('imported') });
    const [waiting, { id }] = [await queue.enqueue('train', training, ASK), await queue.enqueue('import', feed, ASK)];
    await untilState(id, 'succeeded');
    expect(await stateOf(waiting.id)).toBe('queued');
    await startWorker({ train: () => Promise.resolve('trained') });
    await untilState(waiting.id, 'succeeded');
  });

  it('end the work of a worker that loses its turn, and then try it again', async () => {
    const { queue, startWorker } = corner();
    const endings: unknown[] = [];
    const handlers: Partial<JobHandlers> = {
      import: async (run, _report, signal) => {
        if (run.attempts > 1) return { attempt: run.attempts };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        endings.push(await stateOf(run.id));
        throw signal.reason;
      },
    };
    await startWorker(handlers, SOON);
    const { id } = await queue.enqueue('import', feed, ASK);
    await untilState(id, 'running');
    expect(await sql(CUT_TURNS)).toHaveLength(1);
    await untilState(id, 'succeeded');
    expect(endings).toEqual(['running']);
    expect(await database.jobs.find(id)).toMatchObject({ result: { attempt: 2 } });
  });

  it('keep the turn of a worker that gives Redis no sign of life', async () => {
    const { redis, prefix, queue, startWorker } = corner();
    const { opened, letPass } = gate();
    const begun: JobId[] = [];
    const handlers: Partial<JobHandlers> = {
      import: async (run) => {
        begun.push(run.id);
        await opened;
      },
    };
    await startWorker(handlers);
    const first = await queue.enqueue('import', feed, ASK);
    await untilState(first.id, 'running');
    // What Redis knows of the worker is gone, as after a pause that outlasts every lock.
    const queues = openBullQueues(redis, prefix, LOCKS, () => undefined);
    const keys = await queues.import.client.keys(`${prefix}:*`);
    await queues.import.client.del(...keys);
    await Promise.all(Object.values(queues).map((bull) => bull.close()));
    const asked = vi.spyOn(database.jobs, 'takeTurn');
    await startWorker(handlers, SOON);
    const second = await queue.enqueue('import', feed, ASK);
    await vi.waitFor(() =>
      expect(asked.mock.settledResults.filter(({ value }) => value === null).length).toBeGreaterThan(2),
    );
    expect(begun).toEqual([first.id]);
    letPass();
    await untilState(first.id, 'succeeded');
    await untilState(second.id, 'succeeded');
    expect(begun).toEqual([first.id, second.id]);
  });

  it('count the workers that take a kind of job', async () => {
    const { queue, startWorker } = corner();
    const untilWorkers = (count: number) =>
      vi.waitFor(async () => expect(await queue.workerCount('import')).toBe(count), { timeout: 5_000, interval: 20 });
    expect(await queue.workerCount('import')).toBe(0);
    const first = await startWorker({ import: notCalled });
    await untilWorkers(1);
    await startWorker({ import: notCalled, train: notCalled });
    await untilWorkers(2);
    expect(await queue.workerCount('train')).toBe(1);
    await first.close();
    await untilWorkers(1);
  });

  it('record a job while Redis is gone, and take it up when there is one', async () => {
    const queue = new JobQueue({ redis: { path: '/nowhere/redis.sock' }, limitMs: 200 }, database.jobs);
    open.push(queue);
    const { id } = await queue.enqueue('import', feed, ASK);
    await expect(queue.workerCount('import')).rejects.toMatchObject({ code: 'redis-unreachable' });
    expect((await database.jobs.log(id)).map(({ words }) => words)).toEqual([expect.stringMatching(/^Redis did not/)]);
    await corner().startWorker({ import: async () => 'found' });
    await untilState(id, 'succeeded');
  });

  it('never begin a run that was cancelled while it waited', async () => {
    const { queue, startWorker } = corner();
    const { id } = await queue.enqueue('import', feed, ASK);
    expect(await queue.cancel(id, 'somebody')).toMatchObject({ state: 'cancelled', cancelRequestedBy: 'somebody' });
    const handled: JobId[] = [];
    await startWorker({ import: async (run) => handled.push(run.id) });
    const next = await queue.enqueue('import', feed, ASK);
    await untilState(next.id, 'succeeded');
    expect(handled).toEqual([next.id]);
    expect(await database.jobs.find(id)).toMatchObject({ state: 'cancelled', attempts: 0, error: null });
  });

  it('stop a run that is cancelled while another process runs it, and tidy up before they say so', async () => {
    const { queue, startWorker } = corner();
    const reasons: unknown[] = [];
    const tidied: unknown[] = [];
    await startWorker(
      {
        import: (_run, _report, signal, say) =>
          new Promise((_, reject) => {
            say('working');
            signal.addEventListener('abort', () => {
              reasons.push(signal.reason);
              reject(new Error('stopped'));
            });
          }),
      },
      { tidy: async (run) => void tidied.push([run.id, await stateOf(run.id)]) },
    );
    const { id } = await queue.enqueue('import', feed, ASK);
    await untilState(id, 'running');
    expect(await queue.cancel(id, 'somebody')).toMatchObject({ state: 'running', cancelRequestedBy: 'somebody' });
    expect(await queue.cancel(id, 'somebody else')).toMatchObject({ cancelRequestedBy: 'somebody' });
    await untilState(id, 'cancelled');
    expect(reasons).toEqual([expect.any(JobCancelled)]);
    expect(tidied).toEqual([[id, 'running']]);
    expect(await database.jobs.find(id)).toMatchObject({ error: null, result: null });
    expect((await database.jobs.log(id)).map(({ words }) => words)).toEqual([
      expect.stringMatching(/^Attempt 1 began in process \d+ of ./),
      'working',
      'Stopped, because it was cancelled.',
    ]);
    const next = await queue.enqueue('import', feed, ASK);
    await untilState(next.id, 'running');
    await queue.cancel(next.id, 'somebody');
    await untilState(next.id, 'cancelled');
  });

  it('leave succeeded what came to its end before it was stopped', async () => {
    const { queue, startWorker } = corner();
    await startWorker({
      import: async (_run, _report, signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return 'done all the same';
      },
    });
    const { id } = await queue.enqueue('import', feed, ASK);
    await untilState(id, 'running');
    await queue.cancel(id, 'somebody');
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({ result: 'done all the same' });
    await expect(queue.cancel(id, 'somebody')).rejects.toMatchObject({ code: 'job-finished' });
    await expect(queue.cancel(newImport(), 'somebody')).rejects.toMatchObject({ code: 'job-unknown' });
  });

  it('cancel a run whose worker died before it stopped', async () => {
    const { queue, startWorker } = corner();
    const { id } = await database.jobs.create('import', feed, ASK);
    await database.jobs.markRunning(id);
    await queue.cancel(id, 'somebody');
    await startWorker({ import: notCalled });
    await untilState(id, 'cancelled');
  });

  it('make one run of many wishes under one key, and refuse another job under it', async () => {
    const { queue } = corner();
    const ask = { ...ASK, key: 'nightly 2026-11-30' };
    const runs = await Promise.all(Array.from({ length: 8 }, () => queue.enqueue('import', feed, ask)));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    const other = { ...feed, dryRun: true };
    await expect(queue.enqueue('import', other, ask)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    await expect(queue.enqueue('audit', {}, ask)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    const [{ id } = runs[0]!] = runs;
    await database.jobs.fail(await asBegun(database.jobs, id), { code: 'feed-missing', message: 'There is no feed.' });
    expect(await queue.enqueue('import', feed, ask)).toMatchObject({ id, state: 'failed' });
    expect(await queue.enqueue('import', feed, { ...ask, key: 'nightly 2026-12-01' })).not.toMatchObject({ id });
  });

  it('retry as another run, once', async () => {
    const { queue, startWorker } = corner();
    const first = await queue.enqueue('import', feed, { ...ASK, priority: 'high' });
    await expect(queue.retry(first.id, ASK)).rejects.toMatchObject({ code: 'job-not-retriable' });
    await database.jobs.bury(await asBegun(database.jobs, first.id), { code: 'job-gave-up', message: 'It died.' });
    const asked = await Promise.all([1, 2, 3].map(() => queue.retry(first.id, { requestedBy: 'somebody' })));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    const retry = { kind: 'import', input: feed, priority: 'high', requestedBy: 'somebody', retryOf: first.id };
    expect(asked[0]).toMatchObject(retry);
    await startWorker({ import: async () => 'done' });
    await untilState(asked[0]!.id, 'succeeded');
    expect(await database.jobs.find(first.id)).toMatchObject({ state: 'dead', error: { code: 'job-gave-up' } });
    await expect(queue.retry(asked[0]!.id, ASK)).rejects.toMatchObject({ code: 'job-not-retriable' });
    await expect(queue.retry(newImport(), ASK)).rejects.toMatchObject({ code: 'job-unknown' });
  });

  it('refuse an input that does not fit, without a run', async () => {
    const { queue } = corner();
    await expect(queue.enqueue('import', { feed: 'feed.csv', root: null }, ASK)).rejects.toMatchObject({
      code: 'job-input-invalid',
      message:
        'The import job cannot be started: feed must be an absolute path, or an http or https address without a user name or password.',
    });
    const choices = { loss: { name: 'soft-margin', margin: 0.2 } } as unknown as JobRequest<'train'>;
    await expect(queue.enqueue('train', choices, ASK)).rejects.toMatchObject({
      code: 'job-input-invalid',
      message: 'The train job cannot be started: loss.margin is not known here.',
    });
    expect(await database.jobs.unfinished()).toEqual([]);
  });
});
