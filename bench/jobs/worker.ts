/** A worker whose work is nothing: a process of its own, so that it can be killed. What it is asked to hang in never ends. */
import { Random } from '#foundation';
import { type JobHandler, JobWorker } from '#jobs';
import { openDatabase } from '#persistence';
import type { WorkerSettings } from './worker-settings.js';

const { connection, redis, prefix } = JSON.parse(process.argv[2] ?? '') as WorkerSettings;
const database = await openDatabase(connection);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const nothing: JobHandler = async () => null;
/** Its first attempt hangs; the next one has been gone on with. */
const hang: JobHandler<'import'> = async ({ attempts }) => {
  if (attempts > 1) return null;
  process.send?.('begun');
  return new Promise(() => undefined);
};
const worker = new JobWorker(
  { redis, prefix, random: new Random(process.pid) },
  database.jobs,
  { audit: nothing, refresh: nothing, import: hang },
  silent,
);
await worker.start();
process.once('SIGTERM', () => {
  void worker.close().then(async () => {
    await database.close();
    process.exit(0);
  });
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
