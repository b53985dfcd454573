/**
 * Imports a drawn catalogue into homes of their own, by turns with one worker process and with several, each of one thread, and prints
 * photos a second and the ratio. Asserts nothing.
 *
 *   npm run bench:fan-out -- --products 300 --workers 1,2 --rounds 3
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { childEnvironment, compiledFile, loadConfig } from '#config';
import { drawCatalogue, type DrawnCatalogue } from '#drawn-catalogue';
import { JOB_INPUTS, JobQueue } from '#jobs';
import { migrate, openDatabase } from '#persistence';
import { ensureParts, openServers, whenServersEnd } from '#provision';
import { quantile } from './quantile.js';

const POLL_MS = 50;

const whole = z.coerce.number().int().positive();
const options = z
  .strictObject({
    products: whole,
    rounds: whole,
    workers: z.string().transform((text) => z.array(whole).parse(text.split(','))),
  })
  .parse(
    parseArgs({
      options: {
        products: { type: 'string', default: '300' },
        workers: { type: 'string', default: '1,2' },
        rounds: { type: 'string', default: '3' },
      },
    }).values,
  );

const drawing = mkdtempSync(join(tmpdir(), 'weft-fan-out-feed-'));
try {
  await ensureParts(loadConfig(), ['backbone'], say);
  const drawn = await drawCatalogue({ directory: drawing, products: options.products });
  say(`${drawn.images} photos of ${drawn.products} products drawn`);
  const speeds = new Map<number, number[]>(options.workers.map((workers) => [workers, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [workers, seen] of speeds) {
      const { seconds, helped } = await importWith(workers, drawn);
      seen.push(drawn.images / seconds);
      say(`round ${round + 1}, ${workers} workers: ${seconds.toFixed(1)} s, ${helped} photos read by others`);
    }
  }
  const [first = NaN] = [...speeds.values()].map((seen) => quantile(seen, 0.5));
  process.stdout.write('| workers of one thread | photos/s | of the first |\n| --- | --- | --- |\n');
  for (const [workers, seen] of speeds) {
    const speed = quantile(seen, 0.5);
    process.stdout.write(`| ${workers} | ${speed.toFixed(1)} | ${(speed / first).toFixed(2)} |\n`);
  }
} finally {
  rmSync(drawing, { recursive: true, force: true });
}

/** How long an import takes from its first row to its last, and how many photos others than its own worker computed. */
async function importWith(workers: number, drawn: DrawnCatalogue): Promise<{ seconds: number; helped: number }> {
  const home = mkdtempSync(join(tmpdir(), 'weft-fan-out-'));
  // Under root the embedded servers run as another account.
  chmodSync(home, 0o711);
  const config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
  const servers = await openServers(config, () => undefined);
  const started: ChildProcess[] = [];
  try {
    await migrate(servers.database);
    const database = await openDatabase(servers.database);
    const queue = new JobQueue({ redis: servers.redis }, database.jobs);
    for (let i = 0; i < workers; i += 1) started.push(await startWorker(home));
    const input = JOB_INPUTS.import.parse({ feed: drawn.feedPath });
    const { id } = await queue.enqueue('import', input, { requestedBy: 'a bench', key: randomUUID() });
    let run = await database.jobs.find(id);
    while (run !== null && ['queued', 'running'].includes(run.state)) {
      await sleep(POLL_MS);
      run = await database.jobs.find(id);
    }
    if (run?.state !== 'succeeded') throw new Error(`The import did not succeed: ${JSON.stringify(run?.error)}`);
    await queue.close();
    await database.close();
    const result = z
      .looseObject({ seconds: z.looseObject({ total: z.number() }), photosReadByOthers: z.number() })
      .parse(run.result);
    return { seconds: result.seconds.total, helped: result.photosReadByOthers };
  } finally {
    for (const child of started) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    await servers.release();
    await whenServersEnd(config);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
  }
}

async function startWorker(home: string): Promise<ChildProcess> {
  const env = { WEFT_HOME: home, WEFT_THREADS: '1', WEFT_LOG_LEVEL: 'error', DATABASE_URL: '', REDIS_URL: '' };
  const child = spawn(process.execPath, [fileURLToPath(compiledFile(import.meta.url, '../apps/worker/main.js'))], {
    env: childEnvironment(env),
    stdio: ['ignore', 'ignore', 2, 'ipc'],
  });
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (message !== 'ready') throw new Error('A worker did not start.');
  return child;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
