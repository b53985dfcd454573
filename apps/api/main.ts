import pino from 'pino';
import { loadConfig } from '#config';
import { messageOf, systemClock, WeftError } from '#foundation';
import { JobQueue } from '#jobs';
import { migrate, openDatabase } from '#persistence';
import { openServers } from '#provision';
import { createApi } from './create-api.js';

/** Longest that open requests may hold up an ending process. */
const CLOSE_LIMIT_MS = 10_000;

const config = loadConfig();
const logger = pino({ name: 'weft-api', level: config.logLevel });

/** Starts the service; what it opened is closed in turn, last first. */
async function start(): Promise<() => Promise<void>> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const servers = await openServers(config, (line) => logger.info(line));
    closers.push(() => servers.release());
    await migrate(servers.database);
    const database = await openDatabase(servers.database);
    closers.push(() => database.close());
    const queue = new JobQueue({ redis: servers.redis }, database.jobs);
    closers.push(() => queue.close());
    const { index, catalog, jobs, generations } = database;
    const api = await createApi(config, { index, catalog, jobs, generations, queue, clock: systemClock }, logger);
    closers.push(() => api.close());
    await api.listen(config.port, config.host);
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

function fail(error: unknown): never {
  const remedy = error instanceof WeftError ? error.remedy : undefined;
  logger.fatal({ err: error, remedy }, messageOf(error));
  process.exit(1);
}

const close = await start().catch(fail);
let isClosing = false;
const end = () => {
  if (isClosing) return;
  isClosing = true;
  setTimeout(() => fail(new Error('Requests were still open after ten seconds.')), CLOSE_LIMIT_MS).unref();
  close().then(() => process.exit(0), fail);
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
// The process that started this one is gone without a word.
process.once('disconnect', end);
process.send?.('ready');
