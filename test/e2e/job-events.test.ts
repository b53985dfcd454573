import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import type { StreamLimits } from '../../apps/api/jobs/job-streams.js';
import { repositoryRoot } from '#config';
import type { JobId } from '#foundation';
import { JOB_INPUTS } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { BreakableSocket } from '../support/breakable-socket.js';
import { createTestDatabase, pgConnection, type TestDatabase } from '../support/database.js';
import { codeBlocks } from '../support/markdown.js';
import { EventStream, type ServerSentEvent } from '../support/event-stream.js';
import { temporaryHome } from '../support/servers.js';
import { type StartedApi, startApi } from './start-api.js';
import { begun } from '../support/begun.js';

const audit = JOB_INPUTS.audit.parse({});
let place: TestDatabase;
/** What works on the runs: another process, for all that the service knows. */
let worker: Database;
let directory: string;
let postgres: BreakableSocket;
let served: Database;
/** Events that are more than any buffer takes. */
const MANY = 2_000;
/** With the limits of the service. */
let api: StartedApi;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  place = await createTestDatabase(migrate);
  worker = await openDatabase(place.connection);
  directory = temporaryHome();
  const socket = '.s.PGSQL.5432';
  postgres = new BreakableSocket(join(directory, socket), join(place.connection.socketDir, socket));
  await postgres.mend();
  served = await openDatabase({ ...place.connection, socketDir: directory });
  api = await startApi(served, { feedDir: directory, home: directory });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((opened) => opened.close()));
});
afterAll(async () => {
  await api?.close();
  await served?.close();
  await worker?.close();
  await postgres?.cut();
  await place?.drop();
  await rm(directory, { recursive: true });
});

async function start(streams: Partial<StreamLimits> = {}, deadlineMs = 10_000): Promise<StartedApi> {
  const api = await startApi(served, { feedDir: directory, home: directory, streams, deadlineMs });
  open.push(api);
  return api;
}

const follow = (run: JobId | 'all', last?: string | null, from = api) =>
  EventStream.open(
    `${from.url}/v1/jobs/${run === 'all' ? '' : `${run}/`}events`,
    last ? { 'last-event-id': last } : {},
  );
const states = (events: { kind: string; data: unknown }[]) =>
  events.filter(({ kind }) => kind === 'state').map(({ data }) => (data as { state: string }).state);
const query = async (text: string) => {
  const client = new pg.Client(pgConnection(place.connection));
  await client.connect();
  await client.query(text);
  await client.end();
};
const idOf = (event: ServerSentEvent | null) => (event?.data as { eventId: number }).eventId;
const begin = async () => (await worker.jobs.create('audit', audit, { requestedBy: 'a test' })).id;

describe('the stream of a run', () => {
  it('tells every state and the progress, from whichever process, and ends with the run', async () => {
    const id = await begin();
    const stream = await follow(id);
    expect(stream.response.status).toBe(200);
    const headers = ['content-type', 'cache-control', 'content-encoding', 'x-accel-buffering'];
    expect(headers.map((name) => stream.response.headers.get(name))).toEqual([
      ...['text/event-stream', 'no-store', null, 'no'],
    ]);
    expect((await stream.next())?.data).toMatchObject({ jobId: id, kind: 'audit', state: 'queued', attempts: 0 });
    await worker.jobs.markRunning(id);
    expect((await stream.next())?.data).toMatchObject({ state: 'running', attempts: 1, ended: false });
    const progress = { stage: 'audit', fraction: 0.5, message: 'half' };
    await worker.jobs.saveProgress(await begun(worker.jobs, id), progress);
    expect(await stream.next()).toMatchObject({ kind: 'progress', id: null, data: { jobId: id, progress } });
    await worker.jobs.fail(await begun(worker.jobs, id), { code: 'broken', message: 'It broke.' });
    const rest = await stream.rest();
    expect(rest.map(({ data }) => data)).toEqual([
      expect.objectContaining({ state: 'failed', ended: true, error: { code: 'broken', message: 'It broke.' } }),
    ]);
  });

  it('tells of a run that has ended what there was, and 204 to who knows it', async () => {
    const id = await begin();
    await worker.jobs.markRunning(id);
    await worker.jobs.handBack(await begun(worker.jobs, id));
    await worker.jobs.markRunning(id);
    await worker.jobs.succeed(await begun(worker.jobs, id), {});
    const all = await (await follow(id)).rest();
    expect(states(all)).toEqual(['queued', 'running', 'queued', 'running', 'succeeded']);
    const rest = await (await follow(id, all[1]?.id)).rest();
    expect(states(rest)).toEqual(['queued', 'running', 'succeeded']);
    expect((await follow(id, rest.at(-1)?.id)).response.status).toBe(204);
  });

  it('loses no state when the database goes away and comes back', async () => {
    const id = await begin();
    const stream = await follow(id);
    expect(states([(await stream.next())!])).toEqual(['queued']);
    await postgres.cut();
    await worker.jobs.markRunning(id);
    await worker.jobs.handBack(await begun(worker.jobs, id));
    await postgres.mend();
    await worker.jobs.markRunning(id);
    await worker.jobs.succeed(await begun(worker.jobs, id), {});
    expect(states(await stream.rest())).toEqual(['running', 'queued', 'running', 'succeeded']);
  });

  it('is refused for what is no run, or no id of an event', async () => {
    const codeOf = async (stream: EventStream) => problemSchema.parse(await stream.response.json()).code;
    expect(await codeOf(await follow('00000000-0000-4000-8000-000000000000' as JobId))).toBe('job-unknown');
    expect(await codeOf(await follow(await begin(), 'yesterday'))).toBe('request-invalid');
  });

  it('has no deadline, says that it lives, and ends when its time is over', async () => {
    const own = await start({ beatMs: 50, lifeMs: 400 }, 100);
    const stream = await follow(await begin(), null, own);
    const kinds: string[] = [];
    for (let event = await stream.nextOf('comment'); event !== null; event = await stream.nextOf('comment'))
      kinds.push(event.kind);
    expect(kinds.length).toBeGreaterThan(3);
  });

  it('answers HEAD without a stream', async () => {
    const response = await fetch(`${api.url}/v1/jobs/events`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  });
});

describe('the stream of all runs', () => {
  it('begins now, and goes on after a break where it was', async () => {
    await begin();
    const stream = await follow('all');
    const first = await begin();
    const told = await stream.next();
    expect(told?.data).toMatchObject({ jobId: first, state: 'queued' });
    stream.leave();
    const second = await begin();
    await worker.jobs.markRunning(first);
    const resumed = await follow('all', told?.id);
    const next: unknown[] = [];
    // While an older transaction is open, in any database of the server, what was told may be told again.
    while (next.length < 2) {
      const event = await resumed.next();
      if (idOf(event) > idOf(told)) next.push(event?.data);
    }
    expect(next).toEqual([
      expect.objectContaining({ jobId: second, state: 'queued' }),
      expect.objectContaining({ jobId: first, state: 'running' }),
    ]);
    resumed.leave();
  });

  it('begins now, also while an older transaction is open', async () => {
    const older = new pg.Client(pgConnection(place.connection));
    await older.connect();
    await older.query('BEGIN; SELECT pg_current_xact_id()');
    await begin();
    const stream = await follow('all');
    const first = await begin();
    expect((await stream.next())?.data).toMatchObject({ jobId: first, state: 'queued' });
    stream.leave();
    await older.end();
  });

  it('tells what was overtaken by another transaction, once, and to who comes back, too', async () => {
    const stream = await follow('all');
    const slow = new pg.Client(pgConnection(place.connection));
    await slow.connect();
    await slow.query('BEGIN');
    const { rows } = await slow.query<{ id: JobId }>(
      `INSERT INTO job_run (kind, input) VALUES ('audit', '{}') RETURNING id`,
    );
    const overtaking = await begin();
    const told = await stream.next();
    expect(told?.data).toMatchObject({ jobId: overtaking });
    await slow.query('COMMIT');
    await slow.end();
    expect((await stream.next())?.data).toMatchObject({ jobId: rows[0]?.id });
    const last = await begin();
    expect((await stream.next())?.data).toMatchObject({ jobId: last });
    stream.leave();
    const resumed = await follow('all', told?.id);
    const seen: JobId[] = [];
    while (seen.at(-1) !== last) seen.push(((await resumed.next())?.data as { jobId: JobId }).jobId);
    // What may have been overtaken comes again with it.
    expect(seen.slice(-3)).toEqual([rows[0]?.id, overtaking, last]);
    resumed.leave();
  });

  it('gives a client that was slow all of it, in order, and others meanwhile do not wait', async () => {
    const { after, horizon } = await served.jobEvents.end();
    const slow = connect(api.port, '127.0.0.1').setEncoding('utf8');
    slow.write(`GET /v1/jobs/events HTTP/1.1\r\nhost: localhost\r\nlast-event-id: ${after}-${horizon}\r\n\r\n`);
    await once(slow, 'readable');
    const quick = await follow('all');
    // Far more than the kernel's buffers and ours take.
    await query(`INSERT INTO job_run (kind, state, input, error, finished_at)
      SELECT 'audit', 'failed', '{}', jsonb_build_object('code', 'test', 'message', repeat('x', 10000)), now()
      FROM generate_series(1, ${MANY})`);
    const expected = Array.from({ length: MANY }, (_, i) => after + 1 + i);
    const taken: number[] = [];
    while (taken.length < MANY) taken.push(idOf(await quick.next()));
    expect(taken).toEqual(expected);
    quick.leave();
    const ids: number[] = [];
    for await (const chunk of slow as AsyncIterable<string>) {
      ids.push(...[...chunk.matchAll(/^data: .{1,12}"eventId":(\d+)/gm)].map(([, id]) => Number(id)));
      if (ids.at(-1) === expected.at(-1)) break;
    }
    expect(ids.slice(-MANY)).toEqual(expected);
  });

  it('gives up a client that takes nothing', async () => {
    const own = await start({ beatMs: 30 });
    const from = (await served.jobEvents.end()).after - MANY;
    const socket = connect(own.port, '127.0.0.1');
    socket.write(`GET /v1/jobs/events HTTP/1.1\r\nhost: localhost\r\nlast-event-id: ${from}-0\r\n\r\n`);
    await once(socket, 'readable');
    const metrics = async () =>
      (await (await fetch(`${own.url}/metrics`)).text()).match(/^weft_event_streams (\d+)$/m)?.[1];
    while ((await metrics()) !== '0');
    socket.destroy();
  });
});

describe('streams', () => {
  it('are so many at most, and leave room when they end', async () => {
    const own = await start({ most: 2 });
    const [first] = [await follow('all', null, own), await follow('all', null, own)];
    const third = await follow('all', null, own);
    expect(third.response.status).toBe(503);
    expect(third.response.headers.get('retry-after')).toBe('5');
    expect(problemSchema.parse(await third.response.json()).code).toBe('streams-busy');
    first.leave();
    let status = 503;
    while (status === 503) status = (await follow('all', null, own)).response.status;
    expect(status).toBe(200);
  });

  it('end when the service does', async () => {
    const own = await startApi(served, { feedDir: directory, home: directory });
    const stream = await follow('all', null, own);
    const rest = stream.rest();
    await own.close();
    expect(await rest).toEqual([]);
  });

  it('are read by the lines that the documentation shows', async () => {
    const page = readFileSync(join(repositoryRoot(import.meta.url), 'docs', 'operations.md'), 'utf8');
    const text = codeBlocks(page).find(({ language }) => language === 'js')?.text ?? '';
    type Follow = (address: string, key: string) => AsyncGenerator<{ event: string; data: { state: string } }>;
    const shown = (await import(`data:text/javascript,export default ${encodeURIComponent(text)}`)) as {
      default: Follow;
    };
    const id = await begin();
    await worker.jobs.succeed(await begun(worker.jobs, id), {});
    const told: string[] = [];
    // Until there is a key, none is needed; what is sent as one is refused.
    const keyless: typeof fetch = (address, init) => {
      const headers = new Headers(init?.headers);
      expect(headers.get('authorization')).toBe('Bearer a key');
      headers.delete('authorization');
      return original(address, { ...init, headers });
    };
    const original = globalThis.fetch;
    globalThis.fetch = keyless;
    try {
      for await (const { data } of shown.default(`${api.url}/v1/jobs/${id}/events`, 'a key')) told.push(data.state);
    } finally {
      globalThis.fetch = original;
    }
    expect(told).toEqual(['queued', 'succeeded']);
  });

  it('do not count as slow answers', async () => {
    const id = await begin();
    await worker.jobs.succeed(await begun(worker.jobs, id), {});
    await (await follow(id)).rest();
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).not.toContain('/events"');
  });
});
