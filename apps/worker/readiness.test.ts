import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { Random } from '#foundation';
import { JobWorker } from '#jobs';
import { migrate, openDatabase } from '#persistence';
import { BreakableSocket } from '../../test/support/breakable-socket.js';
import { createTestDatabase, testRedis } from '../../test/support/database.js';
import { temporaryHome } from '../../test/support/servers.js';
import { keepReadyFile } from './readiness.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('keeps its file while Postgres and Redis answer, and only then', async () => {
  const place = await createTestDatabase(migrate);
  const directory = temporaryHome();
  const socket = '.s.PGSQL.5432';
  const { path, prefix } = testRedis();
  const postgres = new BreakableSocket(join(directory, socket), join(place.connection.socketDir, socket));
  const redis = new BreakableSocket(join(directory, 'redis'), path);
  await Promise.all([postgres.mend(), redis.mend()]);
  const database = await openDatabase({ ...place.connection, socketDir: directory });
  const at = { redis: { path: join(directory, 'redis') }, prefix };
  const worker = new JobWorker({ ...at, random: new Random(1) }, database.jobs, {}, silent);
  const ground = { database: () => database.answers(100), redis: () => worker.hasRedis(100) };
  const file = join(directory, 'ready');
  const said = { info: vi.fn(), warn: vi.fn() };
  const stop = await keepReadyFile(file, ground, said, { everyMs: 10 });
  const until = (isReady: boolean) => expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(isReady);
  await until(true);
  await redis.cut();
  await until(false);
  await redis.mend();
  await until(true);
  postgres.hang();
  await until(false);
  postgres.resume();
  await until(true);
  await stop();
  expect(existsSync(file)).toBe(false);
  expect(said.warn.mock.calls).toEqual([
    ['no jobs can be taken: Redis not answering'],
    ['no jobs can be taken: Postgres not answering'],
  ]);
  await worker.close();
  await database.close();
  await Promise.all([postgres.cut(), redis.cut()]);
  await place.drop();
  await rm(directory, { recursive: true });
});
