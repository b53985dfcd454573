import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JobQueue, type JobRun } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { Cron, ScheduleService, type ScheduleSettings, type ScheduleStore } from '#schedules';
import { createTestDatabase, pgConnection, testRedis, type TestDatabase } from '../support/database.js';

const NIGHTLY: ScheduleSettings = {
  ...{ name: 'nightly', kind: 'refresh', input: {}, cron: '0 3 * * *', timeZone: 'Europe/Berlin', isEnabled: true },
};
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('schedules', () => {
  let place: TestDatabase;
  /** Two workers. */
  let databases: Database[];
  let queue: JobQueue;
  let now: Date;
  const clock = { now: () => now };
  const at = (time: string) => (now = new Date(time));

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
    databases = [await openDatabase(place.connection), await openDatabase(place.connection)];
    const { path, prefix } = testRedis();
    queue = new JobQueue({ redis: { path }, prefix }, first().jobs);
  });
  afterAll(async () => {
    await queue.close();
    for (const database of databases) await database.close();
    await place.drop();
  });
  beforeEach(() => at('2026-03-27T12:00:00Z'));
  afterEach(async () => {
    for (const { name } of await first().schedules.list()) await first().schedules.remove(name);
    await sql('DELETE FROM job_run');
  });

  const first = () => databases[0] as Database;

  async function sql(text: string): Promise<unknown[]> {
    const client = new pg.Client(pgConnection(place.connection));
    await client.connect();
    try {
      return (await client.query<object>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** A worker's schedules, or those of a command. */
  function service(
    changes: { database?: Database; store?: ScheduleStore; jobs?: Pick<JobQueue, 'enqueue'> } = {},
  ): ScheduleService {
    const { database = first(), store = database.schedules, jobs = queue } = changes;
    return new ScheduleService(store, database.jobs, jobs, clock);
  }

  /** Oldest first. */
  const runs = async (): Promise<JobRun[]> => (await first().jobs.list({ limit: 100 })).reverse();
  const keys = async () => (await runs()).map(({ idempotencyKey }) => idempotencyKey);
  const finishAll = async () => {
    for (const run of await first().jobs.unfinished()) await first().jobs.succeed(run, null);
  };
  const stateOf = (name = 'nightly') => service().show(name);

  it('start their job when it is due, once, as the schedule', async () => {
    const set = await service().set(NIGHTLY, 'a test');
    expect(set).toMatchObject({ nextDue: new Date('2026-03-28T02:00:00Z'), lastDue: null, updatedBy: 'a test' });
    expect(await service().tick()).toEqual([]);
    at('2026-03-28T02:00:00Z');
    const [ticked] = await service().tick();
    const [run] = await runs();
    expect(ticked).toEqual({ name: 'nightly', due: new Date('2026-03-28T02:00:00Z'), started: run?.id });
    expect(run).toMatchObject({ kind: 'refresh', requestedBy: 'schedule nightly', input: {} });
    expect(run?.idempotencyKey).toBe('weft:schedule:nightly:2026-03-28T02:00:00.000Z');
    expect(await service().tick()).toEqual([]);
    // Clocks go on in the night after.
    expect(await stateOf()).toMatchObject({
      nextDue: new Date('2026-03-29T01:00:00Z'),
      lastDue: now,
      lastRun: run?.id,
    });
  });

  it('start it once however many workers look at the same time', async () => {
    for (const name of ['one', 'two', 'three']) await service().set({ ...NIGHTLY, name }, 'a test');
    at('2026-03-28T02:00:30Z');
    const workers = Array.from({ length: 6 }, (_, worker) => service({ database: databases[worker % 2] as Database }));
    await Promise.all(workers.map((worker) => worker.tick()));
    expect((await keys()).sort()).toEqual(
      ['one', 'three', 'two'].map((name) => `weft:schedule:${name}:2026-03-28T02:00:00.000Z`),
    );
  });

  it('catch up once what nobody was there to start', async () => {
    await service().set(NIGHTLY, 'a test');
    at('2026-04-20T15:00:00Z');
    expect(await service().tick()).toHaveLength(1);
    expect(await service().tick()).toEqual([]);
    expect(await keys()).toEqual(['weft:schedule:nightly:2026-03-28T02:00:00.000Z']);
    expect(await stateOf()).toMatchObject({ nextDue: new Date('2026-04-21T01:00:00Z') });
  });

  it('start nothing while the run before goes on, say so, and go on with the next time', async () => {
    await service().set(NIGHTLY, 'a test');
    at('2026-03-28T02:00:00Z');
    await service().tick();
    const [run] = await runs();
    at('2026-03-29T01:00:00Z');
    expect(await service().tick()).toEqual([{ name: 'nightly', due: now, goesOn: run?.id }]);
    expect(await service().tick()).toEqual([]);
    expect(await stateOf()).toMatchObject({ skippedDue: now, nextDue: new Date('2026-03-30T01:00:00Z') });
    await finishAll();
    expect(await service().tick()).toEqual([]);
    at('2026-03-30T01:00:00Z');
    expect(await service().tick()).toHaveLength(1);
    expect(await runs()).toHaveLength(2);
  });

  it('start it once also when a worker dies between the start and its note', async () => {
    await service().set(NIGHTLY, 'a test');
    at('2026-03-28T02:00:00Z');
    const { schedules } = first();
    const dying = Object.create(schedules) as ScheduleStore;
    dying.forEach = (decide) =>
      schedules.forEach(async (schedule) => {
        await decide(schedule);
        throw new Error('killed');
      });
    await expect(service({ store: dying }).tick()).rejects.toThrow('killed');
    expect(await stateOf()).toMatchObject({ lastRun: null });
    const [run] = await runs();
    at('2026-03-28T02:05:00Z');
    expect(await service().tick()).toMatchObject([{ started: run?.id }]);
    expect(await runs()).toHaveLength(1);
    expect(await stateOf()).toMatchObject({ lastRun: run?.id });
  });

  it('are left to a worker that decides just now, and taken when it dies', async () => {
    await service().set(NIGHTLY, 'a test');
    at('2026-03-28T02:00:00Z');
    const holder = new pg.Client(pgConnection(place.connection));
    holder.on('error', () => undefined);
    await holder.connect();
    await holder.query(`BEGIN; SELECT FROM schedule WHERE name = 'nightly' FOR UPDATE`);
    expect(await service().tick()).toEqual([]);
    const [held] = (await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    await sql(`SELECT pg_terminate_backend(${held?.pid}, 5000)`);
    expect(await service().tick()).toHaveLength(1);
  });

  it('start what is due also while Redis is away', async () => {
    const cutOff = new JobQueue({ redis: { path: '/nowhere.sock' }, limitMs: 20 }, first().jobs);
    await service().set(NIGHTLY, 'a test');
    at('2026-03-28T02:00:00Z');
    expect(await service({ jobs: cutOff }).tick()).toMatchObject([{ started: expect.any(String) as string }]);
    expect(await runs()).toMatchObject([{ state: 'queued' }]);
    await cutOff.close();
  });

  it('are due no second time when a clock goes back, and go on when it had run ahead for a year', async () => {
    await service().set(NIGHTLY, 'a test');
    at('2026-03-28T02:00:10Z');
    await service().tick();
    await finishAll();
    at('2026-03-28T01:00:00Z');
    for (const minutes of [0, 59, 60, 61]) {
      now = new Date(Date.UTC(2026, 2, 28, 1, minutes));
      expect(await service().tick()).toEqual([]);
    }
    at('2027-03-28T12:00:00Z');
    expect(await service().tick()).toHaveLength(1);
    await finishAll();
    at('2026-03-28T12:00:00Z');
    for (let day = 0; day < 5; day += 1, now = new Date(now.getTime() + DAY_MS)) {
      await service().tick();
      await finishAll();
    }
    // That of the 29th was caught up early.
    expect(await keys()).toEqual(
      ['28T02', '29T01', '30T01', '31T01']
        .map((time) => `weft:schedule:nightly:2026-03-${time}:00:00.000Z`)
        .concat(['weft:schedule:nightly:2026-04-01T01:00:00.000Z']),
    );
  });

  it('catch up nothing of the time in which they were paused', async () => {
    await service().set(NIGHTLY, 'a test');
    expect(service().upcoming(await service().pause('nightly', 'a test'))).toEqual([]);
    at('2026-04-10T12:00:00Z');
    expect(await service().tick()).toEqual([]);
    const resumed = await service().resume('nightly', 'another');
    expect(await service().tick()).toEqual([]);
    expect(resumed).toMatchObject({ isEnabled: true, nextDue: new Date('2026-04-11T01:00:00Z'), updatedBy: 'another' });
    expect(service().upcoming(resumed)).toEqual([11, 12, 13].map((day) => new Date(Date.UTC(2026, 3, day, 1))));
  });

  it('start their job on demand, but not beside the run before', async () => {
    await service().set({ ...NIGHTLY, isEnabled: false }, 'a test');
    const run = await service().run('nightly', { requestedBy: 'a test' });
    expect(run).toMatchObject({ kind: 'refresh', requestedBy: 'a test', idempotencyKey: null });
    await expect(service().run('nightly', { requestedBy: 'a test' })).rejects.toMatchObject({
      code: 'schedule-busy',
      value: { job: run.id },
    });
    await finishAll();
    // Two at once: one of them finds the run of the other.
    const outcomes = await Promise.allSettled([1, 2].map(() => service().run('nightly', { requestedBy: 'a test' })));
    const [started] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value.id : []));
    expect(started).not.toBe(run.id);
    expect(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? (outcome.reason as unknown) : []))).toEqual([
      expect.objectContaining({ code: 'schedule-busy' }),
    ]);
  });

  it('hand what they are given to each job, and refuse what the job does not know', async () => {
    const weekly: ScheduleSettings = {
      ...{ ...NIGHTLY, name: 'weekly', kind: 'train', cron: '0 4 * * SUN' },
      input: { seed: 7, loss: { name: 'triplet-margin', margin: 0.3 } },
    };
    await service().set(weekly, 'a test');
    at('2026-03-29T02:00:00Z');
    await service().tick();
    expect(await runs()).toMatchObject([{ kind: 'train', input: { seed: 7, loss: { margin: 0.3 } } }]);
    const wrong = { ...weekly, input: { seed: 'seven' } as never };
    await expect(service().set(wrong, 'a test')).rejects.toMatchObject({ code: 'job-input-invalid' });
    await expect(service().set({ ...weekly, cron: '0 4 * * FUN' }, 'a test')).rejects.toMatchObject({
      code: 'schedule-invalid',
      message: 'FUN is no day of week: field 5 of 0 4 * * FUN, at character 9.',
    });
  });

  it('know no schedule that is removed; its run goes on', async () => {
    await service().set(NIGHTLY, 'a test');
    await service().run('nightly', { requestedBy: 'a test' });
    await service().remove('nightly');
    await expect(service().remove('nightly')).rejects.toMatchObject({ code: 'schedule-unknown' });
    await expect(service().show('nightly')).rejects.toMatchObject({ code: 'schedule-unknown' });
    expect(await runs()).toHaveLength(1);
  });

  it('forget a run that is no longer remembered, and go on', async () => {
    await service().set(NIGHTLY, 'a test');
    at('2026-03-28T02:00:00Z');
    await service().tick();
    await sql('DELETE FROM job_run');
    at('2026-03-29T02:00:00Z');
    expect(await service().tick()).toHaveLength(1);
  });

  it('never start two at once nor a time twice, whatever clocks, workers and runs do', async () => {
    const events = fc.array(
      fc.oneof(
        fc.record({ what: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 60 }) }),
        fc.record({ what: fc.constant('jump' as const), hours: fc.integer({ min: -200, max: 200 }) }),
        fc.record({ what: fc.constantFrom('finish' as const, 'crash' as const), hours: fc.constant(0) }),
      ),
      { minLength: 3, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        at('2026-10-20T12:00:00Z');
        await service().set(NIGHTLY, 'a test');
        for (const { what, hours } of all) {
          now = new Date(now.getTime() + hours * HOUR_MS);
          if (what === 'finish') await finishAll();
          const { schedules } = first();
          const dying = Object.create(schedules) as ScheduleStore;
          // What was decided is not written.
          dying.forEach = (decide) =>
            schedules.forEach(async (schedule) => {
              await decide(schedule);
              return null;
            });
          await service(what === 'crash' ? { store: dying } : {}).tick();
          expect((await first().jobs.unfinished()).length).toBeLessThanOrEqual(1);
        }
        await service().tick();
        // Each due time at most once, and only times that are due by the clock of Berlin.
        const started = (await keys()).map((key) => new Date((key ?? '').slice('weft:schedule:nightly:'.length)));
        expect(new Set(started.map(Number)).size).toBe(started.length);
        const cron = new Cron(NIGHTLY.cron, NIGHTLY.timeZone);
        for (const due of started) expect(cron.next(new Date(due.getTime() - 1))).toEqual(due);
        const { nextDue, lastDue } = await stateOf();
        expect(nextDue).toEqual(cron.next(lastDue !== null && lastDue > now ? lastDue : now));
        await service().remove('nightly');
        await sql('DELETE FROM job_run');
      }),
      { numRuns: 15, seed: 3 },
    );
  });
});
