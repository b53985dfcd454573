// A worker process that a test can kill. Its import hangs at the first attempt and succeeds at the second.
import { JobWorker } from '#jobs';
import { openDatabase } from '#persistence';

const { connection, redis, prefix, locks } = JSON.parse(process.argv[2]);
const database = await openDatabase(connection);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const refuse = () => Promise.reject(new Error('This worker imports only.'));
const worker = new JobWorker(
  { redis, prefix, locks },
  database.jobs,
  {
    import: async (run) => {
      process.send('started');
      if (run.attempts === 1) await new Promise(() => undefined);
      return { attempt: run.attempts };
    },
    train: refuse,
    embed: refuse,
  },
  silent,
);
await worker.start();
