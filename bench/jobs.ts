/**
 * Measures the queue over servers of its own, Postgres and Redis, with the settings of every day and work that is nothing: how many
 * jobs a second are recorded, and worked off by one worker process and by two; and how long a run waits to be gone on with after
 * its worker was killed. Asserts nothing.
 *
 *   npm run bench:jobs -- --jobs 2000 --kills 10 [--json]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compiledFile, loadConfig } from '#config';
import { type JobKind, JobQueue, type JobRequest } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { openServers, whenServersEnd } from '#provision';
import type { WorkerSettings } from './jobs/worker-settings.js';

/** How many requests record jobs at the same time. */
const CALLERS = 8;
const ASK = { requestedBy: 'bench:jobs' };
const LOOK_MS = 5;

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const jobs = atLeast('--jobs', values.jobs, 100);
const kills = atLeast('--kills', values.kills, 1);

const home = mkdtempSync(join(tmpdir(), 'weft-jobs-'));
// Under root the embedded servers run as another account.
chmodSync(home, 0o711);
const config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
const servers = await openServers(config, (line) => process.stderr.write(`${line}\n`));
try {
  await migrate(servers.database);
  const database = await openDatabase(servers.database);
  const settings: WorkerSettings = { connection: servers.database, redis: servers.redis, prefix: 'bench' };
  const queue = new JobQueue({ redis: settings.redis, prefix: settings.prefix }, database.jobs);
  // The first wake-ups connect, which is none of the figures.
  await recorded(queue, 'audit', 100);
  await workedOff(database, settings, 'audit', 1);
  const recordedPerSecond = await recorded(queue, 'refresh', jobs);
  const oneAtATimePerSecond = await workedOff(database, settings, 'refresh', 1);
  await recorded(queue, 'audit', jobs);
  const twoAtATimePerSecond = await workedOff(database, settings, 'audit', 1);
  await recorded(queue, 'audit', jobs);
  const twoAtATimeTwoProcessesPerSecond = await workedOff(database, settings, 'audit', 2);
  const throughput = {
    ...{ recordedPerSecond, oneAtATimePerSecond, twoAtATimePerSecond, twoAtATimeTwoProcessesPerSecond },
  };
  const goneOnWith = {
    byAnother: await recoveries(database, queue, settings, true),
    byOneStartedAnew: await recoveries(database, queue, settings, false),
  };
  await queue.close();
  await database.close();
  if (values.json) process.stdout.write(`${JSON.stringify({ jobs, kills, throughput, goneOnWith })}\n`);
  else print(throughput, goneOnWith);
} finally {
  await servers.release();
  await whenServersEnd(config);
  rmSync(home, { recursive: true, force: true });
}

/** Records so many jobs as fast as some callers can, and tells how fast that was. */
async function recorded<K extends JobKind>(queue: JobQueue, kind: K, count: number): Promise<number> {
  let left = count;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (left > 0) {
        left -= 1;
        await queue.enqueue(kind, {} as JobRequest<K>, ASK);
      }
    }),
  );
  return perSecond(count, start);
}

/** Has worker processes work off what waits of a kind; counted from when they are all there, so that none waits for another. */
async function workedOff(
  database: Database,
  settings: WorkerSettings,
  kind: JobKind,
  processes: number,
): Promise<number> {
  // While this process has every turn of the kind, nothing is begun.
  const turns = [await database.jobs.takeTurn(kind, 2), await database.jobs.takeTurn(kind, 2)];
  const workers = await Promise.all(Array.from({ length: processes }, () => startWorker(settings)));
  const waiting = (await database.jobs.unfinished()).length;
  for (const turn of turns) await turn?.letGo();
  const start = performance.now();
  while ((await database.jobs.list({ kind, state: 'queued', limit: 1 })).length > 0) await sleep(LOOK_MS);
  while ((await database.jobs.list({ kind, state: 'running', limit: 1 })).length > 0) await sleep(LOOK_MS);
  const speed = perSecond(waiting, start);
  await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
  return speed;
}

/** Seconds from the death of a run's worker to the end of the next attempt, which does nothing; once for each kill. */
async function recoveries(
  database: Database,
  queue: JobQueue,
  settings: WorkerSettings,
  isAnotherThere: boolean,
): Promise<number[]> {
  const seconds: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const workers = await Promise.all(Array.from({ length: isAnotherThere ? 2 : 1 }, () => startWorker(settings)));
    const begun = Promise.race(workers.map((worker) => once(worker, 'message').then(() => worker)));
    const { id } = await queue.enqueue('import', { feed: '/nothing.csv' }, ASK);
    const killed = await begun;
    const start = performance.now();
    await end(killed, 'SIGKILL');
    const left = workers.filter((worker) => worker !== killed);
    if (!isAnotherThere) left.push(await startWorker(settings));
    while ((await database.jobs.find(id))?.state !== 'succeeded') await sleep(LOOK_MS);
    seconds.push((performance.now() - start) / 1000);
    await Promise.all(left.map((worker) => end(worker, 'SIGTERM')));
  }
  return seconds.sort((a, b) => a - b);
}

async function startWorker(settings: WorkerSettings): Promise<ChildProcess> {
  const script = fileURLToPath(compiledFile(import.meta.url, './jobs/worker.js'));
  const worker = fork(script, [JSON.stringify(settings)], { execArgv: [] });
  await once(worker, 'message');
  return worker;
}

async function end(worker: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(worker, 'exit');
  worker.kill(signal);
  await ended;
}

function perSecond(count: number, start: number): number {
  return Math.round((1000 * count) / (performance.now() - start));
}

function print(throughput: Record<string, number>, goneOnWith: Record<string, number[]>): void {
  const names: Record<string, string> = {
    recordedPerSecond: `recorded and woken, ${CALLERS} callers`,
    oneAtATimePerSecond: 'worked off, a kind of which one runs at a time',
    twoAtATimePerSecond: 'worked off, two at a time, one process',
    twoAtATimeTwoProcessesPerSecond: 'worked off, two at a time, two processes',
    byAnother: 'gone on with by another worker',
    byOneStartedAnew: 'gone on with by one that was started anew',
  };
  const line = (name: string, ...cells: (number | string)[]) =>
    process.stdout.write(
      `${(names[name] ?? name).padEnd(48)} ${cells.map((cell) => String(cell).padStart(8)).join(' ')}\n`,
    );
  line(`jobs a second, of ${jobs}`, '');
  for (const [name, speed] of Object.entries(throughput)) line(name, speed);
  line(`seconds after kill -9, of ${kills}`, 'median', 'worst');
  for (const [name, seconds] of Object.entries(goneOnWith)) {
    const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
    line(name, median.toFixed(1), (seconds.at(-1) ?? 0).toFixed(1));
  }
}

function atLeast(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${name} is a whole number of at least ${least}.`);
}
