import { Worker } from 'node:worker_threads';
import { compiledFile } from '#config';
import { WeftError } from '#foundation';
import type { openDatabase } from '#persistence';
import type { Analyses } from './analyse.js';
import { type AnalysisAnswer, analysisAnswerSchema, type AnalysisQuestion } from './analysis-messages.js';

type Connection = Parameters<typeof openDatabase>[0];

/** Computes each analysis in a thread of its own, with its own connections: this process answers meanwhile. */
export function analysesInThreads(connection: Connection): Analyses {
  return {
    async visualTree(generation, grouping) {
      const answer = await ask({ connection, generation, about: { kind: 'tree', ...grouping } });
      return answer.kind === 'tree' ? answer.tree : mixedUp();
    },
    async nearDuplicates(generation) {
      const answer = await ask({ connection, generation, about: { kind: 'near-duplicates' } });
      return answer.kind === 'near-duplicates' ? answer.listings : mixedUp();
    },
  };
}

function ask(question: AnalysisQuestion): Promise<AnalysisAnswer> {
  const thread = new Worker(compiledFile(import.meta.url, './analysis-thread.js'), { workerData: question });
  // A process that ends does not wait for what nobody will be told.
  thread.unref();
  return new Promise((resolve, reject) => {
    thread.once('message', (message) => resolve(analysisAnswerSchema.parse(message)));
    thread.once('error', reject);
    thread.once('exit', (code) => {
      reject(new WeftError('analysis-ended', 'The thread ended without an answer.', { value: code }));
    });
  });
}

function mixedUp(): never {
  throw new TypeError('The thread answered another question.');
}
