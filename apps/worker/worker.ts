import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WeftConfig } from '#config';
import { AddressRules, Fetcher } from '#fetching';
import { photoDirectory, systemClock } from '#foundation';
import { type JobHandlers, type JobKind, JobWorker } from '#jobs';
import { migrate, openDatabase } from '#persistence';
import { openServers } from '#provision';
import type { Logger } from 'pino';
import { auditHandler, auditOf } from './audit.handler.js';
import { embedHandler } from './embed.handler.js';
import { Features } from './features.js';
import { importHandler, type WebSupply } from './import.handler.js';
import { runDirectory, trainHandler } from './train.handler.js';

/**
 * Opens the servers and the database and begins to take jobs.
 *
 * @param kinds of jobs to take
 * @returns what ends the worker: jobs first, then what they stand on
 */
export async function startWorker(
  config: WeftConfig,
  kinds: readonly JobKind[],
  log: Logger,
): Promise<{ close(graceMs: number): Promise<void> }> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const servers = await openServers(config, (line) => log.info(line));
    closers.push(() => servers.release());
    await migrate(servers.database);
    const database = await openDatabase(servers.database);
    closers.push(() => database.close());
    const features = new Features(config, (line) => log.info(line));
    closers.push(() => features.close());
    const fetcher = new Fetcher(new AddressRules(config.fetchAllow));
    closers.push(() => fetcher.close());
    const photos = photoDirectory(config.home);
    const web: WebSupply = {
      fetcher,
      directory: photos,
      log: database.fetchedPhotos,
      feeds: join(config.home, 'fetched'),
    };
    const audit = auditOf(config.home, database.audit, database.generations, features, database.catalog);
    const handlers: JobHandlers = {
      import: importHandler(database.catalog, database.jobs, features, web),
      train: trainHandler(
        config,
        database.generations,
        features,
        web,
        audit,
        database.catalog,
        {
          catalogue: database.catalog,
          photoDirectory: photoDirectory(config.home),
          feed: async () => (await database.jobs.latestSucceeded('import'))?.input.feed ?? null,
          clock: systemClock,
        },
        (job, line) => log.info({ job }, line),
      ),
      embed: embedHandler(config.home, database.generations, features, database.catalog),
      audit: auditHandler(audit),
    };
    const worker = new JobWorker(
      {
        redis: servers.redis,
        // A worker that dies leaves the directory of its training; a later attempt would have replaced it.
        onGivenUp: (run) => rm(runDirectory(config, run.id), { recursive: true, force: true }),
      },
      database.jobs,
      Object.fromEntries(kinds.map((kind) => [kind, handlers[kind]])),
      log,
    );
    await worker.start();
    return {
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
