import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment, compiledFile } from '#config';
import { WeftError } from '#foundation';

/** A Weft process (API or worker) that this command started and ends. */
export interface WeftProcess {
  /** Resolves with the exit code when the process ends, by itself or by `stop`. */
  readonly ended: Promise<number>;
  /** Asks the process to finish, and waits until it has. */
  stop(): Promise<void>;
}

/**
 * Starts an app of this checkout and waits until it says that it is ready.
 *
 * @param options.isQuiet only warnings and errors are logged, where a progress bar tells the rest
 * @throws WeftError `process-failed` when it ends before that; its own words are on stderr by then.
 */
export async function startProcess(app: 'api' | 'worker', options: { isQuiet: boolean }): Promise<WeftProcess> {
  const script = fileURLToPath(compiledFile(import.meta.url, `../${app}/main.js`));
  // stdout of the child joins our stderr: our own stdout belongs to results.
  const child = spawn(process.execPath, [script], {
    env: childEnvironment(options.isQuiet ? { WEFT_LOG_LEVEL: 'warn' } : {}),
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  const ready = await Promise.race([once(child, 'message').then(() => true), ended.then(() => false)]);
  if (!ready) {
    throw new WeftError('process-failed', `The ${app} process ended before it was ready; its last words are above.`);
  }
  return { ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  await ended;
}
