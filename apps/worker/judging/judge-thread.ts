import { parentPort, workerData } from 'node:worker_threads';
import { openArtifacts } from '#artifacts';
import { WeftError } from '#foundation';
import { openDatabase } from '#persistence';
import { judgeGeneration } from './judge-generation.js';
import { type JudgeMessage, judgeQuestionSchema } from './judge-messages.js';

const port = parentPort;
if (port === null) throw new Error('judge-thread.js is a worker thread, not a program.');

const { connection, home, artifacts: place, generation } = judgeQuestionSchema.parse(workerData);
const say = (message: JudgeMessage) => port.postMessage(message);

const artifacts = await openArtifacts({ home, artifacts: place });
const database = await openDatabase(connection);
try {
  const report = (progress: Parameters<Parameters<typeof judgeGeneration>[3]>[0]) =>
    say({ kind: 'progress', progress });
  say({ kind: 'verdict', verdict: await judgeGeneration(database, artifacts, generation, report) });
} catch (error) {
  // An error loses its class on the way between threads.
  if (!(error instanceof WeftError)) throw error;
  const { code, message, value, remedy, isRetryable } = error;
  say({ kind: 'failure', failure: { code, message, value, remedy, isRetryable } });
} finally {
  await database.close();
}
