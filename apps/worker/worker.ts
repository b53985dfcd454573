import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifacts } from '#artifacts';
import type { WeftConfig } from '#config';
import { ExperimentService } from '#experiments';
import { AddressRules, Fetcher } from '#fetching';
import { Random, systemClock } from '#foundation';
import { GenerationService } from '#generations';
import { type JobHandlers, type JobKind, JobQueue, JobWorker } from '#jobs';
import { migrate, openDatabase } from '#persistence';
import { openServers } from '#provision';
import { ScheduleService } from '#schedules';
import { WebhookSender } from '#webhooks';
import type { Logger } from 'pino';
import { auditHandler, auditOf } from './audit.handler.js';
import { embedHandler } from './embed.handler.js';
import { sweepEvents } from './event-sweep.js';
import { Features } from './features.js';
import { helpOthers } from './help-others.js';
import { importHandler, type WebSupply } from './import.handler.js';
import { judgeHandler } from './judge.handler.js';
import { judgeInThreads } from './judging/judge-in-thread.js';
import { embedderOpener } from './open-embedder.js';
import type { Ground } from './readiness.js';
import { refreshHandler } from './refresh.handler.js';
import { tickSchedules } from './schedule-ticker.js';
import { runDirectory, trainHandler } from './train.handler.js';

/** Longest that Postgres and Redis may take to say that they are there. */
const ANSWER_MS = 2_000;
/** Each run keeps one, an embedding three more, and so does whoever reads photos; the rest is for what they ask meanwhile. */
const CONNECTIONS = 24;
/** Jobs that read many photos; a worker that takes none of them does not read for those of others either. */
const READS_PHOTOS = new Set<JobKind>(['import', 'embed', 'refresh']);

/**
 * Opens the servers and the database and begins to take jobs.
 *
 * @param kinds of jobs to take
 * @returns what it stands on, and what ends it: jobs first, then that
 */
export async function startWorker(
  config: WeftConfig,
  kinds: readonly JobKind[],
  log: Logger,
): Promise<{ ground: Ground; close(graceMs: number): Promise<void> }> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const servers = await openServers(config, (line) => log.info(line));
    closers.push(() => servers.release());
    await migrate(servers.database);
    const database = await openDatabase(servers.database, { connections: CONNECTIONS });
    closers.push(() => database.close());
    const artifacts = await openArtifacts(config);
    const features = new Features(config, artifacts, database.photoBatches, (line) => log.info(line));
    closers.push(() => features.close());
    const fetcher = new Fetcher(new AddressRules(config.fetchAllow));
    closers.push(() => fetcher.close());
    const web: WebSupply = {
      fetcher,
      artifacts,
      log: database.fetchedPhotos,
      feeds: join(config.home, 'fetched'),
    };
    const generations = new GenerationService(database.generations, config.keepGenerations);
    const audit = auditOf(artifacts, database.audit, database.generations, features, database.catalog);
    const judge = judgeInThreads({ connection: servers.database, home: config.home, artifacts: config.artifacts });
    const queue = new JobQueue({ redis: servers.redis }, database.jobs);
    closers.push(() => queue.close());
    const handlers: JobHandlers = {
      import: importHandler(database.catalog, database.jobs, features, web, (job, report, signal) =>
        generations.refresh(embedderOpener(artifacts, features, database.catalog, signal, job), report),
      ),
      train: trainHandler(
        config,
        artifacts,
        database.generations,
        features,
        web,
        audit,
        database.catalog,
        {
          catalogue: database.catalog,
          feed: async () => (await database.jobs.latestSucceeded('import'))?.input.feed ?? null,
          clock: systemClock,
        },
        queue,
      ),
      embed: embedHandler(artifacts, database.generations, features, database.catalog, { judge, generations }),
      judge: judgeHandler(judge, generations, database.generations),
      audit: auditHandler(audit),
      refresh: refreshHandler(artifacts, database, features),
    };
    const worker = new JobWorker(
      {
        redis: servers.redis,
        random: new Random(randomInt(2 ** 32)),
        // What a training keeps for a later attempt.
        tidy: (run) => rm(runDirectory(config, run.id), { recursive: true, force: true }),
      },
      database.jobs,
      Object.fromEntries(kinds.map((kind) => [kind, handlers[kind]])),
      log,
    );
    await worker.start();
    if (kinds.some((kind) => READS_PHOTOS.has(kind)))
      closers.push(helpOthers(database.photoBatches, artifacts, features, log));
    const experiments = new ExperimentService(database.experiments, database.generations, systemClock);
    closers.push(sweepEvents(database.shoppers, experiments, database.webhooks, config.eventDays, systemClock, log));
    const schedules = new ScheduleService(database.schedules, database.jobs, queue, systemClock);
    closers.push(tickSchedules(schedules, log));
    // Of its own: an import may keep every turn of the other busy for hours.
    const poster = new Fetcher(new AddressRules(config.fetchAllow));
    closers.push(() => poster.close());
    const sender = new WebhookSender(database.webhooks, poster, systemClock, new Random(randomInt(2 ** 32)), log);
    closers.push(() => sender.close());
    return {
      ground: { database: () => database.answers(ANSWER_MS), redis: () => worker.hasRedis(ANSWER_MS) },
      close: async (graceMs) => {
        await worker.close(graceMs);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
