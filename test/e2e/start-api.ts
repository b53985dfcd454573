import type { AddressInfo } from 'node:net';
import pino, { type Logger } from 'pino';
import { analysesOf } from '../../apps/api/analyses/analyse.js';
import { type ApiSettings, createApi } from '../../apps/api/create-api.js';
import { Metrics } from '../../apps/api/metrics/metrics.js';
import { Throttle } from '#access';
import { Artifacts } from '#artifacts';
import { type Clock, systemClock } from '#foundation';
import { loadConfig } from '#config';
import { JobQueue } from '#jobs';
import type { Database } from '#persistence';
import { featureGraphPath } from '#provision';
import { WatchedIndex } from '#similarity';
import { testRedis } from '../support/database.js';

export interface StartedApi {
  /** `http://127.0.0.1:PORT` */
  url: string;
  port: number;
  /** What the throttle said of its Redis. */
  troubles: string[];
  close(): Promise<void>;
}

interface ApiOptions extends Partial<Omit<ApiSettings, 'feedDir'>> {
  feedDir: string;
  /** Default: the feed directory. */
  home?: string;
  redis?: { path: string; prefix: string };
  /** How long Redis may take to take a job. */
  queueMs?: number;
  logger?: Logger;
  clock?: Clock;
}

/** The HTTP service in this process, on a database and a Redis of the tests. */
export async function startApi(database: Database, options: ApiOptions): Promise<StartedApi> {
  const { redis: place = testRedis(), queueMs, logger = pino({ level: 'silent' }), clock = systemClock } = options;
  const { path, prefix } = place;
  const troubles: string[] = [];
  const limit = queueMs === undefined ? {} : { limitMs: queueMs };
  const queue = new JobQueue({ redis: { path }, prefix, ...limit }, database.jobs);
  const throttle = await Throttle.open({ redis: { path }, prefix }, (message) => troubles.push(message));
  const metrics = new Metrics(logger, { vitals: database.vitals, redis: throttle, clock });
  const index = new WatchedIndex(database.index, metrics, clock);
  // In this process; the service has a thread for each, see api-process.test.ts.
  const analyses = analysesOf(database);
  const artifacts = new Artifacts(options.home ?? options.feedDir, null);
  const dependencies = { ...database, artifacts, index, analyses, queue, throttle, metrics, clock };
  // A busy machine makes tests late; what lateness does has a test of its own.
  const featureGraph = featureGraphPath(loadConfig());
  const settings = {
    featureGraph,
    host: '127.0.0.1',
    fetchAllow: [],
    trustedProxies: [],
    eventDays: 180,
    // A loop that was too late to be measured counts as infinitely late.
    latestMs: Infinity,
    ...options,
  };
  const api = await createApi(settings, dependencies, logger);
  await api.listen(0, '127.0.0.1');
  const { port } = api.getHttpServer().address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, troubles },
    close: async () => {
      await api.close();
      throttle.close();
      await queue.close();
    },
  };
}
