// A worker process that a test can kill. Its import hangs at the first attempt and succeeds at the second; given a FIFO it stands
// still, event loop and all, until the other end is written to.
import { readFileSync } from 'node:fs';
import { JobWorker } from '#jobs';
import { openDatabase } from '#persistence';

const { connection, fifo, ...options } = JSON.parse(process.argv[2]);
const database = await openDatabase(connection);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const worker = new JobWorker(
  { ...options, random: { next: () => 0 } },
  database.jobs,
  {
    import: async (run) => {
      process.send('started');
      if (fifo !== undefined) {
        // The message leaves this process before it stands still.
        await new Promise((resolve) => setImmediate(resolve));
        readFileSync(fifo);
      } else if (run.attempts === 1) await new Promise(() => undefined);
      return { attempt: run.attempts };
    },
  },
  silent,
);
await worker.start();
