import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WeftError } from '#foundation';
import { makeWritableDirectory } from './directories.js';
import { bytesThere, type FetchWheel, megabytes } from './download.js';
import { withFileErrors } from './file-errors.js';
import { fileSha256 } from './file-hash.js';
import { KernelMutex } from './kernel-mutex.js';
import { assertSpace } from './space.js';
import type { Wheel } from './wheels.js';

/** Manifest of a bundle, as `sha256sum --check` reads it. */
const MANIFEST = 'SHA256SUMS';

/**
 * Writes wheels, as they were downloaded, and their hashes into a directory, for machines without a network. Files that
 * are there already are kept.
 *
 * @throws WeftError as downloads do
 */
export async function writeBundle(
  directory: string,
  wheels: readonly Wheel[],
  fetch: FetchWheel,
  report: (line: string) => void,
): Promise<void> {
  makeWritableDirectory(directory, 0o755);
  const write = async () => {
    const lacking = await filesLacking(directory, wheels);
    assertSpace(
      directory,
      lacking.reduce((sum, wheel) => sum + wheel.bytes - bytesThere(directory, wheel), 0),
    );
    for (const wheel of lacking) {
      report(`Downloading ${wheel.requirement} (${megabytes(wheel.bytes)}) into ${directory}.`);
      const temporary = mkdtempSync(join(directory, '.fetching-'));
      try {
        renameSync(await fetch(wheel, directory, temporary, report), join(directory, wheel.file));
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
    }
    const fresh = join(directory, `.${MANIFEST}`);
    writeFileSync(fresh, wheels.map(({ sha256, file }) => `${sha256}  ${file}\n`).join(''));
    renameSync(fresh, join(directory, MANIFEST));
    rmSync(join(directory, 'partial'), { recursive: true, force: true });
  };
  const wait = () => report(`Waiting for another process that writes ${directory}.`);
  await KernelMutex.whileHolding(`bundle:${directory}`, () => withFileErrors(directory, write), wait);
}

async function filesLacking(directory: string, wheels: readonly Wheel[]): Promise<Wheel[]> {
  const lacking: Wheel[] = [];
  for (const wheel of wheels) {
    const path = join(directory, wheel.file);
    if (!existsSync(path) || (await fileSha256(path)) !== wheel.sha256) lacking.push(wheel);
  }
  return lacking;
}

/**
 * Looks for wheels in a bundle before anything is done with it.
 *
 * @throws WeftError `bundle-incomplete` naming every file that is not there
 */
export function assertInBundle(directory: string, wheels: readonly Wheel[]): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new WeftError('bundle-missing', `There is no directory ${directory}.`, {
      value: directory,
      remedy: 'Name the directory that weft setup --bundle has written on a machine with a network.',
    });
  const lacking = wheels.filter(({ file }) => !existsSync(join(directory, file)));
  if (lacking.length === 0) return;
  const names = lacking.map(({ file, bytes }) => `${file} (${megabytes(bytes)})`).join(', ');
  throw new WeftError('bundle-incomplete', `${directory} lacks ${names}.`, {
    value: lacking.map(({ file }) => file),
    remedy: `On a machine with a network: weft setup --bundle DIR (with --gpu for the CUDA build); bring what is missing here.`,
  });
}

/**
 * A wheel of a bundle.
 *
 * @throws WeftError `bundle-damaged` when it is not the pinned file; as `assertInBundle` when it is not there
 */
export async function fetchFromBundle(directory: string, wheel: Wheel): Promise<string> {
  assertInBundle(directory, [wheel]);
  const path = join(directory, wheel.file);
  const found = await withFileErrors(path, () => fileSha256(path));
  if (found === wheel.sha256) return path;
  throw new WeftError('bundle-damaged', `${path} is not the file that Weft was made with: its SHA-256 is ${found}.`, {
    value: found,
    remedy: `Copy it again (sha256sum --check ${MANIFEST} finds damaged files), or write the bundle anew.`,
  });
}
