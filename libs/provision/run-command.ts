import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  cwd?: string;
  /** Account to run as; only root may choose another than its own. */
  account?: { uid: number; gid: number };
  /** Text for standard input. */
  input?: string;
  /** Environment in place of the inherited one; its PATH decides where the command is looked for. */
  env?: NodeJS.ProcessEnv;
  /** Told each line of standard output as it comes. */
  onLine?: (line: string) => void;
}

export interface CommandResult {
  /** Exit status; 127 when there is no such command, 128 + n (as shells count) after a signal. */
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end without a shell and collects what it prints. Never rejects: a failure is a status. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.account === undefined ? {} : { uid: options.account.uid, gid: options.account.gid }),
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    if (options.onLine) createInterface(child.stdout).on('line', options.onLine);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.once('error', (error) => resolve({ status: 127, stdout: '', stderr: error.message }));
    child.once('close', (code, signal) => resolve({ status: code ?? (signal === null ? 128 : 137), ...output }));
    // A command that exits before it has read its input breaks the pipe; its status tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** The last non-empty line of what a command said: usually the one that names the cause. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
