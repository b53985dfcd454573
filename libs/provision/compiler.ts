import { join } from 'node:path';
import { placeWheels, wheelsDirectory } from './place.js';
import { runCommand } from './run-command.js';
import type { FetchWheel } from './download.js';
import { WHEELS } from './wheels.js';

/** How the TensorFlow addon is compiled. */
export interface Compiler {
  command: string;
  /** Arguments before all others. */
  options: readonly string[];
  /** First line of what it says of itself. */
  version: string;
  /** Variables that it needs. */
  environment: Record<string, string>;
}

/**
 * Looks for the machine's own C++ compiler.
 *
 * @param env environment in place of the inherited one
 * @returns null when there is none: set-up then fetches one
 */
export async function findCompiler(env?: NodeJS.ProcessEnv): Promise<Compiler | null> {
  for (const command of ['g++', 'c++', 'clang++']) {
    const { status, stdout } = await runCommand(command, ['--version'], env === undefined ? {} : { env });
    if (status === 0) return { command, options: [], version: stdout.split('\n')[0] ?? '', environment: {} };
  }
  return null;
}

/** Zig's C++ compiler (clang with libc and libc++), fetched into the cache. */
export async function zigCompiler(
  cache: string,
  temporary: string,
  fetch: FetchWheel,
  report: (line: string) => void,
): Promise<Compiler> {
  const zig = await placeWheels(cache, 'the C++ compiler Zig, since there is none here', [WHEELS.zig], fetch, report);
  return {
    command: join(zig, 'ziglang', 'zig'),
    // The oldest C library that Node itself runs on.
    options: ['c++', '-target', 'x86_64-linux-gnu.2.28'],
    version: WHEELS.zig.requirement.replace('ziglang==', 'zig c++ '),
    // Its caches would lie in the home directory, which may not be there.
    environment: { ZIG_GLOBAL_CACHE_DIR: join(temporary, 'zig'), ZIG_LOCAL_CACHE_DIR: join(temporary, 'zig') },
  };
}

/** Directory of Zig in the cache. */
export function zigInstallation(cache: string): string {
  return wheelsDirectory(cache, [WHEELS.zig]);
}
