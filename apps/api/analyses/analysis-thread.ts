import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '#persistence';
import { analysesOf } from './analyse.js';
import { type AnalysisAnswer, analysisQuestionSchema } from './analysis-messages.js';

const port = parentPort;
if (port === null) throw new Error('analysis-thread.js is a worker thread, not a program.');

const { connection, generation, about } = analysisQuestionSchema.parse(workerData);
const database = await openDatabase(connection);
const analyses = analysesOf(database);

async function answer(): Promise<AnalysisAnswer> {
  if (about.kind === 'near-duplicates') {
    return { kind: about.kind, listings: await analyses.nearDuplicates(generation) };
  }
  const { kind, ...grouping } = about;
  return { kind, tree: await analyses.visualTree(generation, grouping) };
}

try {
  port.postMessage(await answer());
} finally {
  await database.close();
}
