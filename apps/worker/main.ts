import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { loadConfig } from '#config';
import { messageOf, WeftError } from '#foundation';
import { JOB_KINDS, type JobKind } from '#jobs';
import pino from 'pino';
import { keepReadyFile, LOOK_S } from './readiness.js';
import { shutdown } from './shutdown.js';
import { startWorker } from './worker.js';

/** How long a running job may go on after the worker was asked to end, and how long the whole end may take. */
const GRACE_MS = 5_000;
const DEADLINE_MS = 20_000;

/** A process whose event loop hangs stops touching its file. */
const ALIVE_S = 10;

const { jobs, aliveFile, readyFile } = new Command('worker')
  .description('Takes jobs until it is interrupted.')
  .addOption(new Option('--jobs <kinds...>', 'kinds of jobs to take').choices(JOB_KINDS).default(JOB_KINDS))
  .option('--alive-file <file>', `a file to touch every ${ALIVE_S} seconds, for whatever watches over this process`)
  .option(
    '--ready-file <file>',
    `a file that is there while Postgres and Redis answer; looked at every ${LOOK_S} seconds`,
  )
  .parse()
  .opts<{ jobs: JobKind[]; aliveFile?: string; readyFile?: string }>();
const config = loadConfig();
const log = pino({ name: 'weft-worker', level: config.logLevel }, pino.destination({ dest: 2, sync: true }));

try {
  const worker = await startWorker(config, jobs, log);
  let stopLooking = () => Promise.resolve();
  const end = shutdown(log, {
    close: () => stopLooking().then(() => worker.close(GRACE_MS)),
    deadlineMs: DEADLINE_MS,
    exit: (code) => process.exit(code),
  });
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  // Started by a command that is gone: nobody would end this worker, and it would keep the servers alive.
  process.on('disconnect', () => end('the command that started it ended'));
  if (aliveFile !== undefined) {
    writeFileSync(aliveFile, '');
    setInterval(() => writeFileSync(aliveFile, ''), ALIVE_S * 1000).unref();
  }
  if (readyFile !== undefined) stopLooking = await keepReadyFile(readyFile, worker.ground, log);
  log.info({ jobs }, 'worker ready');
  process.send?.('ready');
} catch (error) {
  log.fatal({ err: error }, messageOf(error));
  if (error instanceof WeftError && error.remedy !== undefined) log.fatal(`remedy: ${error.remedy}`);
  process.exit(1);
}
