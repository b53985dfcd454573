import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type JobId, WeftError } from '#foundation';
import { type JobHandlers, JOB_INPUTS, JobQueue, type JobRequest, type JobRun, JobWorker } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, queryOnce, testRedis, type TestDatabase } from '../support/database.js';
import { openBullQueues, wake } from '../../libs/jobs/bull-queues.js';

const LOCKS = { lockMs: 600, checkMs: 200 };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
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
afterEach(async () => {
  await Promise.all(open.splice(0).map((opened) => opened.close()));
  vi.restoreAllMocks();
  for (const run of await database.jobs.unfinished()) await database.jobs.fail(run.id, { code: 'test', message: '' });
});

/** A queue and a factory of workers that share a corner of Redis of their own. */
function corner() {
  const { path, prefix } = testRedis();
  const redis = { path };
  const queue = new JobQueue({ redis, prefix }, database.jobs);
  open.push(queue);
  const startWorker = async (
    handlers: Partial<JobHandlers>,
    options: { adoptMs?: number; onGivenUp?: (run: JobRun) => Promise<void> } = {},
  ) => {
    const worker = new JobWorker({ redis, prefix, locks: LOCKS, ...options }, database.jobs, handlers, silent);
    open.push(worker);
    await worker.start();
    return worker;
  };
  return { redis, prefix, queue, startWorker };
}

const notCalled = () => Promise.reject(new Error('not expected'));
const training = JOB_INPUTS.train.parse({});
const sql = (text: string) => queryOnce(scratch.connection, text);
/** Ends the connections that hold a turn. */
const CUT_TURNS = `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
  WHERE locktype = 'advisory' AND datname = current_database()`;
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
    const { id } = await queue.enqueue('train', { loss: { name: 'triplet-margin' }, seed: 7 });
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({
      kind: 'train',
      result: { seed: 7 },
      progress: { stage: 'training', fraction: 0.5, message: 'triplet-margin' },
      error: null,
      attempts: 1,
    });
  });

  it('keep the words of an error, and never its stack', async () => {
    const { queue, startWorker } = corner();
    await startWorker({
      import: async () => {
        throw new WeftError('feed-missing', 'There is no feed.', { remedy: 'Write one.' });
      },
      embed: async () => {
        throw new RangeError('out of range');
      },
    });
    const known = await queue.enqueue('import', feed);
    const unknown = await queue.enqueue('embed', { modelVersion: null });
    await untilState(known.id, 'failed');
    await untilState(unknown.id, 'failed');
    const errorOf = async (id: JobId) => (await database.jobs.find(id))?.error;
    expect(await errorOf(known.id)).toEqual({
      code: 'feed-missing',
      message: 'There is no feed.',
      remedy: 'Write one.',
    });
    expect(await errorOf(unknown.id)).toEqual({ code: 'unexpected', message: 'out of range' });
  });

  it('put nothing but the id into Redis', async () => {
    const { redis, prefix, queue } = corner();
    const { id } = await queue.enqueue('import', feed);
    const queues = openBullQueues(redis, prefix, LOCKS, () => undefined);
    const job = await queues.import.getJob(id);
    expect(job?.data).toEqual({ id });
    await Promise.all(Object.values(queues).map((bull) => bull.close()));
  });

  it('do nothing for a job whose run is finished', async () => {
    const { redis, prefix, queue, startWorker } = corner();
    const done = await database.jobs.create('import', feed);
    await database.jobs.markRunning(done.id);
    await database.jobs.succeed(done.id, { first: true });
    const queues = openBullQueues(redis, prefix, LOCKS, () => undefined);
    await wake(queues, 'import', done.id);
    await Promise.all(Object.values(queues).map((bull) => bull.close()));
    const handled: JobId[] = [];
    await startWorker({ import: async (run) => handled.push(run.id) });
    const next = await queue.enqueue('import', feed);
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
    const lost = await database.jobs.create('import', feed);
    await startWorker({ import: async () => 'found' });
    await untilState(lost.id, 'succeeded');
  });

  it('take up a run that was recorded while they ran and for which nobody was woken', async () => {
    const { startWorker } = corner();
    await startWorker({ import: async () => 'found' }, { adoptMs: 50 });
    const { id } = await database.jobs.create('import', feed);
    await untilState(id, 'succeeded');
  });

  it('fail a run whose input this version does not understand', async () => {
    const { startWorker } = corner();
    const { id } = await database.jobs.create('import', feed);
    await sql(`UPDATE job_run SET input = '{"url": "https://shop.example/feed.csv"}' WHERE id = '${id}'`);
    await startWorker({ import: notCalled });
    await untilState(id, 'failed');
    expect(await database.jobs.find(id)).toMatchObject({ error: { code: 'job-input-invalid' } });
  });

  it('give a handler the defaults that an older version did not record', async () => {
    const { startWorker } = corner();
    const { id } = await database.jobs.create('import', feed);
    await sql(`UPDATE job_run SET input = input - 'root' WHERE id = '${id}'`);
    await startWorker({ import: async (run) => run.input });
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({ result: feed });
  });

  it('take up the run of a worker that was killed', async () => {
    const { redis, prefix, queue, startWorker } = corner();
    const script = fileURLToPath(new URL('../support/job-worker-child.mjs', import.meta.url));
    const settings = { connection: scratch.connection, redis, prefix, locks: LOCKS };
    const child = fork(script, [JSON.stringify(settings)], { execArgv: [] });
    const { id } = await queue.enqueue('import', feed);
    await once(child, 'message');
    expect(await stateOf(id)).toBe('running');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await startWorker({ import: async (run) => ({ attempt: run.attempts }) });
    await untilState(id, 'succeeded');
    expect(await database.jobs.find(id)).toMatchObject({ result: { attempt: 2 }, attempts: 2 });
  });

  it('give up a run that has cost five workers their lives', async () => {
    const { startWorker } = corner();
    const { id } = await database.jobs.create('import', feed);
    for (let attempt = 0; attempt < 5; attempt += 1) await database.jobs.markRunning(id);
    const givenUp: JobId[] = [];
    await startWorker({ import: notCalled }, { onGivenUp: async (run) => void givenUp.push(run.id) });
    await vi.waitFor(() => expect(givenUp).toEqual([id]));
    expect(await database.jobs.find(id)).toMatchObject({ error: { code: 'job-gave-up' } });
  });

  it('hand back, uncounted, what is not done when the grace ends', async () => {
    const { queue, startWorker } = corner();
    const first = await startWorker({
      import: (_run, _report, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    });
    const { id } = await queue.enqueue('import', feed);
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
    const { id } = await queue.enqueue('import', feed);
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
    const runs = await Promise.all(Array.from({ length: 4 }, () => queue.enqueue('import', feed)));
    await Promise.all(runs.map(({ id }) => untilState(id, 'succeeded')));
    expect(most).toBe(1);
  });

  it('leave a job whose kind they do not take to a worker that does', async () => {
    const { queue, startWorker } = corner();
    await startWorker({ import: () => Promise.resolve('imported') });
    const [waiting, { id }] = [await queue.enqueue('train', training), await queue.enqueue('import', feed)];
    await untilState(id, 'succeeded');
    expect(await stateOf(waiting.id)).toBe('queued');
    await startWorker({ train: () => Promise.resolve('trained') });
    await untilState(waiting.id, 'succeeded');
  });

  it('end the work of a worker that loses its turn, and then try it again', async () => {
    const { queue, startWorker } = corner();
    const endings: unknown[] = [];
    await startWorker({
      import: async (run, _report, signal) => {
        if (run.attempts > 1) return { attempt: run.attempts };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        endings.push(await stateOf(run.id));
        throw signal.reason;
      },
    });
    const { id } = await queue.enqueue('import', feed);
    await untilState(id, 'running');
    expect(await sql(CUT_TURNS)).toHaveLength(1);
    await untilState(id, 'succeeded');
    expect(endings).toEqual(['running']);
    expect(await database.jobs.find(id)).toMatchObject({ result: { attempt: 2 } });
  });

  it('keep the turn of a worker that gives Redis no sign of life', async () => {
    const { redis, prefix, queue, startWorker } = corner();
    let finish: () => void = () => undefined;
    const work = new Promise<void>((resolve) => (finish = resolve));
    const begun: JobId[] = [];
    const handlers: Partial<JobHandlers> = {
      import: async (run) => {
        begun.push(run.id);
        await work;
      },
    };
    await startWorker(handlers);
    const first = await queue.enqueue('import', feed);
    await untilState(first.id, 'running');
    // What Redis knows of the worker is gone, as after a pause that outlasts every lock.
    const queues = openBullQueues(redis, prefix, LOCKS, () => undefined);
    const keys = await queues.import.client.keys(`${prefix}:*`);
    await queues.import.client.del(...keys);
    await Promise.all(Object.values(queues).map((bull) => bull.close()));
    const asked = vi.spyOn(database.jobs, 'takeTurn');
    await startWorker(handlers, { adoptMs: 50 });
    const second = await queue.enqueue('import', feed);
    await vi.waitFor(() =>
      expect(asked.mock.settledResults.filter(({ value }) => value === null).length).toBeGreaterThan(2),
    );
    expect(begun).toEqual([first.id]);
    finish();
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

  it('fail in time, and say so in the run, when Redis is gone', async () => {
    const queue = new JobQueue({ redis: { path: '/nowhere/redis.sock' }, limitMs: 200 }, database.jobs);
    open.push(queue);
    await expect(queue.enqueue('import', feed)).rejects.toMatchObject({ code: 'redis-unreachable' });
    await expect(queue.workerCount('import')).rejects.toMatchObject({ code: 'redis-unreachable' });
    expect((await database.jobs.unfinished()).length).toBe(0);
  });

  it('refuse an input that does not fit, without a run', async () => {
    const { queue } = corner();
    await expect(queue.enqueue('import', { feed: 'feed.csv', root: null })).rejects.toMatchObject({
      code: 'job-input-invalid',
      message: 'The import job cannot be started: feed must be an absolute path, or an http or https address.',
    });
    const choices = { loss: { name: 'soft-margin', margin: 0.2 } } as unknown as JobRequest<'train'>;
    await expect(queue.enqueue('train', choices)).rejects.toMatchObject({
      code: 'job-input-invalid',
      message: 'The train job cannot be started: loss.margin is not known here.',
    });
    expect(await database.jobs.unfinished()).toEqual([]);
  });
});
