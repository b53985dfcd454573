import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { type JobId, Random } from '#foundation';
import { JOB_INPUTS, type JobHandlers, JobQueue, JobWorker, type RedisAddress } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { openServers, type OpenServers, whenServersEnd } from '#provision';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { temporaryHome } from '../support/servers.js';

const ASK = { requestedBy: 'a test' };
const feed = JOB_INPUTS.import.parse({ feed: '/feeds/feed.csv' });
const PATIENCE = { timeout: 30_000, interval: 20 };

/** A Redis of its own, which may be emptied and killed. */
describe('when Redis is lost', () => {
  const home = temporaryHome();
  let config: ReturnType<typeof loadConfig>;
  let place: TestDatabase;
  let database: Database;
  let servers: OpenServers;
  let redis: RedisAddress & { path: string };
  let queue: JobQueue;
  let client: Redis;
  const workers: JobWorker[] = [];
  let letPass: () => void = () => undefined;

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    const { socketDir, user, database: name } = place.connection;
    const databaseUrl = `postgresql://${user}@localhost/${name}?host=${socketDir}`;
    config = { ...loadConfig(), home, databaseUrl, redisUrl: null };
    servers = await openServers(config, () => undefined);
    redis = servers.redis as { path: string };
    queue = new JobQueue({ redis }, database.jobs);
    client = new Redis(redis.path, { maxRetriesPerRequest: null, enableReadyCheck: false });
    client.on('error', () => undefined);
  });
  afterEach(async () => {
    letPass();
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
  });
  afterAll(async () => {
    client.disconnect();
    await queue.close();
    await database.close();
    await place.drop();
    await servers.release();
    await whenServersEnd(config);
    rmSync(home, { recursive: true, force: true });
  });

  /** Imports that note that they were begun, and wait. */
  async function startWorker(warnings: string[] = []): Promise<JobId[]> {
    const begun: JobId[] = [];
    const opened = new Promise<void>((resolve) => (letPass = resolve));
    const handlers: Partial<JobHandlers> = {
      import: async (run) => {
        begun.push(run.id);
        await opened;
      },
    };
    const log = {
      info: () => undefined,
      warn: (_: object, words: string) => warnings.push(words),
      error: () => undefined,
    };
    const worker = new JobWorker({ redis, random: new Random(1), lookMs: 50 }, database.jobs, handlers, log);
    workers.push(worker);
    await worker.start();
    return begun;
  }

  const stateOf = async (id: JobId) => (await database.jobs.find(id))?.state;
  const untilSucceeded = (id: JobId) => vi.waitFor(async () => expect(await stateOf(id)).toBe('succeeded'), PATIENCE);
  const pidOf = () =>
    execFileSync('pgrep', ['-f', `redis-server unixsocket:${redis.path}`])
      .toString()
      .trim();

  it.each([
    ['is emptied', async () => void (await client.flushall())],
    [
      'is killed and starts with nothing',
      async () => {
        const pid = Number(pidOf());
        rmSync(join(home, 'redis', 'appendonly.aof'));
        process.kill(pid, 'SIGKILL');
        await vi.waitFor(() => expect(Number(pidOf())).not.toBe(pid), PATIENCE);
        expect(await client.dbsize()).toBe(0);
      },
    ],
  ])('and %s, what runs ends once, what waits follows, and later jobs are taken', async (_, lose) => {
    const begun = await startWorker();
    const running = await queue.enqueue('import', feed, ASK);
    await vi.waitFor(() => expect(begun).toEqual([running.id]), PATIENCE);
    const waiting = await queue.enqueue('import', feed, ASK);
    await lose();
    letPass();
    await untilSucceeded(running.id);
    await untilSucceeded(waiting.id);
    const later = await queue.enqueue('import', feed, ASK);
    await untilSucceeded(later.id);
    expect(begun).toEqual([running.id, waiting.id, later.id]);
  });

  it('a worker warns of one that forgets', async () => {
    const warnings: string[] = [];
    await startWorker(warnings);
    expect(warnings).toEqual([]);
    await client.config('SET', 'appendonly', 'no');
    await startWorker(warnings);
    expect(warnings).toEqual([expect.stringContaining('CONFIG SET appendonly yes')]);
  });
});
