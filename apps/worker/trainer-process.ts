import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childEnvironment, compiledFile } from '#config';
import { parseTrainerLine, type TrainerMessage } from '#datasets';
import { WeftError } from '#foundation';

type Finished = Extract<TrainerMessage, { type: 'finished' }>;
type TrainerProgress = Extract<TrainerMessage, { type: 'progress' }>;

const KILL_AFTER_MS = 5_000;

/** TensorFlow on one thread: heads train faster so than on two, and a run repeats to the bit. */
export const TRAINER_ENVIRONMENT = {
  OMP_NUM_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '2',
};

/**
 * Runs `apps/trainer` to its end.
 *
 * @param args of the trainer's command line
 * @param listen.onProgress told each step that the trainer reports
 * @param listen.onWords told each line that it writes for people
 * @param signal ends the child
 * @throws WeftError the trainer's own, or `trainer-failed` when it ended without a word
 */
export async function runTrainer(
  args: string[],
  listen: { onProgress: (progress: TrainerProgress) => void; onWords: (line: string) => void },
  signal: AbortSignal,
): Promise<Finished> {
  signal.throwIfAborted();
  const script = fileURLToPath(compiledFile(import.meta.url, '../trainer/main.js'));
  const child = spawn(process.execPath, [script, ...args], {
    // Its standard input ends with this process, whatever ends it.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: childEnvironment(TRAINER_ENVIRONMENT),
  });
  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killTimer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  };
  signal.addEventListener('abort', stop, { once: true });

  let last: TrainerMessage | null = null;
  let lastWords = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parseTrainerLine(line);
    if (message === null) {
      listen.onWords(line);
      return;
    }
    last = message;
    if (message.type === 'progress') listen.onProgress(message);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '') lastWords = line;
    listen.onWords(line);
  });
  try {
    // 'close', not 'exit': the last lines may still be in the pipes when the process has ended.
    const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    return outcome(last, code ?? killedBy, lastWords);
  } finally {
    clearTimeout(killTimer);
    signal.removeEventListener('abort', stop);
  }
}

/** It ended without a word, killed for want of memory, say; or with one that says that it may pass. */
class TrainerFailed extends WeftError {
  override get isRetryable(): boolean {
    return true;
  }
}

function outcome(last: TrainerMessage | null, ending: number | string | null, lastWords: string): Finished {
  if (last?.type === 'finished' && ending === 0) return last;
  if (last?.type === 'failed') {
    const { code, message, remedy, mayPass } = last;
    throw new (mayPass ? TrainerFailed : WeftError)(code, message, remedy === undefined ? {} : { remedy });
  }
  throw new TrainerFailed('trainer-failed', `The trainer ended without a result: ${lastWords || 'it said nothing'}.`, {
    value: ending,
    remedy: ending === 'SIGKILL' ? 'The system may have ended it for lack of memory.' : 'weft doctor',
  });
}
