import { requireKeyForHost, Throttle } from '#access';
import { openArtifacts } from '#artifacts';
import { loadConfig } from '#config';
import { messageOf, systemClock, WeftError } from '#foundation';
import { JobQueue } from '#jobs';
import { migrate, openDatabase } from '#persistence';
import { featureGraphPath, openServers } from '#provision';
import { WatchedIndex } from '#similarity';
import { analysesInThreads } from './analyses/analysis-threads.js';
import { createApi } from './create-api.js';
import { sayWhoIsLetIn } from './listening.js';
import { createLogger } from './logger.js';
import { Metrics } from './metrics/metrics.js';

/** Longest that open requests may hold up an ending process. */
const CLOSE_LIMIT_MS = 10_000;
/** Longest that one statement may take: shorter than a request's deadline, so that Postgres stops working for nobody. */
const STATEMENT_MS = 8_000;

const config = loadConfig();
const logger = createLogger(config.logLevel);

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
    const database = await openDatabase(servers.database, {
      statementMs: STATEMENT_MS,
      onTrouble: (message, error) => logger.warn(error === null ? {} : { err: error }, message),
    });
    closers.push(() => database.close());
    const queue = new JobQueue({ redis: servers.redis }, database.jobs);
    closers.push(() => queue.close());
    await requireKeyForHost(config.host, database.keys);
    const throttle = await Throttle.open({ redis: servers.redis }, (message) => logger.warn(message));
    closers.push(async () => throttle.close());
    const metrics = new Metrics(logger, { vitals: database.vitals, redis: throttle, clock: systemClock });
    const index = new WatchedIndex(database.index, metrics, systemClock);
    const analyses = analysesInThreads(servers.database);
    const artifacts = await openArtifacts(config);
    const dependencies = { ...database, artifacts, index, analyses, queue, throttle, metrics, clock: systemClock };
    const api = await createApi({ ...config, featureGraph: featureGraphPath(config) }, dependencies, logger);
    closers.push(() => api.close());
    await api.listen(config.port, config.host);
    await sayWhoIsLetIn(config.host, database.keys, logger);
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
