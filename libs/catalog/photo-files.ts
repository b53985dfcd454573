import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifacts } from '#artifacts';
import {
  fetchedPhotoFile,
  type ImageId,
  messageOf,
  partialName,
  renameDurably,
  syncDirectory,
  WeftError,
} from '#foundation';
import { ImageRejected, sniffImageKind } from '#imaging';

/** As many first bytes as tell what a file is. */
const SNIFFED = 16;

/** Fetched photos on disk, each once, named by the hash of its bytes: `ab/ab12...`; unfinished ones in `incoming`. */
export class PhotoFiles {
  private readonly incoming: string;

  /**
   * @param directory `photos` of a home
   * @param artifacts that photos are shared by. @default none: they stay in the directory
   */
  constructor(
    private readonly directory: string,
    private readonly artifacts?: Pick<Artifacts, 'share' | 'storeName' | 'storedBytes'>,
  ) {
    this.incoming = join(directory, 'incoming');
  }

  pathOf(imageId: ImageId): string {
    return fetchedPhotoFile(this.directory, imageId);
  }

  /**
   * Whether the photo is here, whole as far as its size tells. Where there is a store it must be there, and need not be here: another home's
   * gc may have removed it from there and not from here.
   */
  async has(imageId: ImageId, bytes: number): Promise<boolean> {
    const path = this.pathOf(imageId);
    const found = await stat(path).catch(() => null);
    const isWhole = found?.isFile() === true && found.size === bytes;
    if (this.artifacts === undefined || this.artifacts.storeName === null) return isWhole;
    return (isWhole || found === null) && (await this.artifacts.storedBytes(path)) === bytes;
  }

  /** Removes what a killed import had not finished. Only while no other import runs. */
  async clean(): Promise<void> {
    await orUnwritable(this.directory, rm(this.incoming, { recursive: true, force: true }));
  }

  /**
   * Takes a photo in as it arrives. Whole and on the disk when this resolves, or not there at all.
   *
   * @throws ImageRejected `image-empty`, and `image-not-an-image` as soon as its first bytes are those of no photo;
   * WeftError `photos-unwritable`; what the body throws
   */
  async receive(body: AsyncIterable<Buffer>): Promise<{ contentHash: ImageId; bytes: number }> {
    await orUnwritable(this.directory, mkdir(this.incoming, { recursive: true }));
    const temporary = partialName(join(this.incoming, 'photo'));
    try {
      const file = await orUnwritable(this.directory, open(temporary, 'wx'));
      let received;
      try {
        received = await this.write(body, file);
        await orUnwritable(this.directory, file.sync());
      } finally {
        await file.close();
      }
      const path = this.pathOf(received.contentHash);
      await this.artifacts?.share(temporary, path);
      await orUnwritable(this.directory, place(temporary, path));
      return received;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private async write(body: AsyncIterable<Buffer>, file: FileHandle) {
    const hash = createHash('sha256');
    let bytes = 0;
    let head = Buffer.alloc(0);
    for await (const chunk of body) {
      if (head.length < SNIFFED) {
        head = Buffer.concat([head, chunk.subarray(0, SNIFFED)]);
        if (head.length >= SNIFFED) requirePhoto(head);
      }
      hash.update(chunk);
      bytes += chunk.length;
      await orUnwritable(
        this.directory,
        file.write(chunk).then(() => undefined),
      );
    }
    if (bytes === 0) throw new ImageRejected('image-empty', 'The answer has no content.');
    if (head.length < SNIFFED) requirePhoto(head);
    return { contentHash: hash.digest('hex') as ImageId, bytes };
  }
}

function requirePhoto(head: Uint8Array): void {
  if (sniffImageKind(head) !== null) return;
  throw new ImageRejected('image-not-an-image', 'The answer is no JPEG, PNG, WebP, GIF, AVIF or TIFF image.', {
    value: Buffer.from(head.subarray(0, SNIFFED)).toString('latin1'),
  });
}

async function place(temporary: string, path: string): Promise<void> {
  const directory = dirname(path);
  const made = await mkdir(directory, { recursive: true });
  await renameDurably(temporary, path);
  if (made !== undefined) await syncDirectory(dirname(directory));
}

/** A full or closed disk is not the photo's fault: it ends the import. */
async function orUnwritable<T>(directory: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new WeftError('photos-unwritable', `A fetched photo cannot be written: ${messageOf(cause)}`, {
      value: directory,
      remedy: 'See that the disk has room and that Weft may write there; the import then goes on where it was.',
      cause,
    });
  }
}
