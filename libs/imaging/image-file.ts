import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { type ImageId, messageOf, sha256, WeftError } from '#foundation';
import { ImageRejected } from './image-rejected.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.js';

/**
 * Reads a photo's bytes. Only regular files are opened, so that a pipe or a device never hangs the import, and never
 * more than `limits.maxBytes` are read, even if the file grows meanwhile.
 *
 * @param options.root when given, the file must lie inside this directory after all symbolic links are followed
 * @throws ImageRejected `image-missing`, `image-unreadable`, `image-outside-root`, `image-not-an-image`, `image-too-many-bytes`
 */
export async function readImageFile(
  path: string,
  options: { root?: string; limits?: ImageLimits } = {},
): Promise<Uint8Array> {
  const { maxBytes } = options.limits ?? DEFAULT_IMAGE_LIMITS;
  const target = await orMissing(path, realpath(path));
  if (options.root !== undefined && !isInside(target, await realpath(options.root))) {
    throw new ImageRejected('image-outside-root', 'The image lies outside the directory that this feed may read.', {
      value: path,
      remedy: 'Move the images below the feed directory.',
    });
  }
  requireRegularFile(path, await orMissing(path, stat(target)), maxBytes);
  // The path is already free of links: one that appears in between is not followed, a pipe does not block.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const handle = await orMissing(path, open(target, flags));
  try {
    requireRegularFile(path, await handle.stat(), maxBytes);
    return await readAtMost(path, handle, maxBytes);
  } finally {
    await handle.close();
  }
}

/**
 * The bytes of a photo that was imported.
 *
 * @throws WeftError `image-gone` where the file is not there any more, or is another by now
 */
export async function readKnownPhoto(path: string, imageId: ImageId): Promise<Uint8Array> {
  const bytes = await readImageFile(path).catch((error: unknown) => {
    if (error instanceof ImageRejected) return null;
    throw error;
  });
  if (bytes !== null && sha256(bytes) === imageId) return bytes;
  throw new WeftError('image-gone', `The file of image ${imageId} has been removed or changed since it was imported.`, {
    value: imageId,
    remedy: 'Import the feed again.',
  });
}

function isInside(target: string, root: string): boolean {
  const way = relative(root, target);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

async function orMissing<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const sentence =
      code === 'EACCES' || code === 'EPERM' ? 'The image file may not be read.' : 'The image file does not exist.';
    throw new ImageRejected('image-missing', sentence, { value: path, cause });
  }
}

function requireRegularFile(path: string, file: { isFile(): boolean; size: number }, maxBytes: number): void {
  if (!file.isFile()) {
    throw new ImageRejected('image-not-an-image', 'The path names no regular file.', { value: path });
  }
  if (file.size > maxBytes) throw tooManyBytes(file.size, maxBytes, path);
}

/** The refusal of a file that is larger than allowed. */
export function tooManyBytes(size: number, maxBytes: number, value?: string): ImageRejected {
  return new ImageRejected('image-too-many-bytes', `The image file has ${size} bytes; ${maxBytes} are allowed.`, {
    value: value ?? size,
  });
}

/** What the disk or the network file system will not give is this photo's misfortune, not the import's. */
async function* readable(path: string, handle: FileHandle): AsyncGenerator<Buffer> {
  try {
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new ImageRejected('image-unreadable', `The image file cannot be read: ${messageOf(cause)}`, {
      value: path,
      cause,
    });
  }
}

async function readAtMost(path: string, handle: FileHandle, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of readable(path, handle)) {
    total += chunk.length;
    if (total > maxBytes) throw tooManyBytes(total, maxBytes, path);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
