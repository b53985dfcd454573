import { Worker } from 'node:worker_threads';
import { compiledFile } from '#config';
import { type GenerationId, type ProgressListener, WeftError } from '#foundation';
import type { Verdict } from '#generations';
import { type JudgeMessage, judgeMessageSchema, type JudgeQuestion } from './judge-messages.js';

type Failure = Extract<JudgeMessage, { kind: 'failure' }>['failure'];

/** Judges a generation and keeps the verdict. */
export type Judge = (generation: GenerationId, report: ProgressListener, signal: AbortSignal) => Promise<Verdict>;

/**
 * Judges in threads of their own, with their own connections: a worker whose loop is blocked loses the lock of its job.
 *
 * @param place of the database, the home and its store
 */
export function judgeInThreads(place: Omit<JudgeQuestion, 'generation'>): Judge {
  return (generation, report, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const workerData: JudgeQuestion = { ...place, generation };
      const thread = new Worker(compiledFile(import.meta.url, './judge-thread.js'), { workerData, execArgv: [] });
      const end = () => void thread.terminate();
      signal.addEventListener('abort', end, { once: true });
      thread.on('message', (message: unknown) => {
        const said = judgeMessageSchema.parse(message);
        if (said.kind === 'progress') report(said.progress);
        else if (said.kind === 'verdict') resolve(said.verdict);
        else reject(new JudgingFailed(said.failure));
      });
      thread.once('error', reject);
      thread.once('exit', (code) => {
        signal.removeEventListener('abort', end);
        reject(
          signal.aborted
            ? (signal.reason as Error)
            : new WeftError('judging-ended', 'The thread that judged ended without a verdict.', { value: code }),
        );
      });
    });
}

/** What the thread failed with. */
class JudgingFailed extends WeftError {
  constructor(private readonly failure: Failure) {
    const { code, message, value, remedy } = failure;
    super(code, message, { value, ...(remedy === undefined ? {} : { remedy }) });
  }

  override get isRetryable(): boolean {
    return this.failure.isRetryable;
  }
}
