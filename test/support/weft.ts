import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compiledFile } from '#config';

const CLI = fileURLToPath(compiledFile(import.meta.url, '../../apps/cli/main.js'));

/** What a `weft` command left behind. */
export interface CommandOutcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the compiled `weft` as a process of its own, on a home of its own. */
export function startWeft(args: string[], env: Record<string, string>): ChildProcess {
  const own = { ...process.env, DATABASE_URL: undefined, REDIS_URL: undefined, ...env };
  return spawn(process.execPath, [CLI, ...args], { env: own, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a `weft` command to its end. */
export async function weft(args: string[], env: Record<string, string>): Promise<CommandOutcome> {
  const child = startWeft(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { exitCode: child.exitCode, stdout, stderr };
}
