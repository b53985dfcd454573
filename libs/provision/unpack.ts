import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, WeftError } from '#foundation';
import { openPromise } from 'yauzl';
import { fileError } from './file-errors.js';

/**
 * Unpacks the members of a zip whose whole path matches one of the regular expressions `members`, programs as programs.
 *
 * @throws WeftError `disk-full`, `directory-not-usable`, `part-not-unpacked`
 */
export async function unpack(archive: string, into: string, members: readonly string[]): Promise<void> {
  const wanted = new RegExp(`^(?:${members.join('|')})$`);
  try {
    const zip = await openPromise(archive);
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || !wanted.test(entry.fileName)) continue;
      const path = join(into, entry.fileName);
      await mkdir(dirname(path), { recursive: true });
      const isProgram = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(path, { mode: isProgram ? 0o755 : 0o644 }),
      );
    }
  } catch (error) {
    const told = fileError(error, into);
    if (told instanceof WeftError) throw told;
    throw new WeftError('part-not-unpacked', `${basename(archive)} could not be unpacked: ${messageOf(error)}`, {
      value: archive,
      cause: error,
      remedy: 'Run the command again; should it stay so, check that disk.',
    });
  }
}
