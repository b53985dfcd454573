import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { MAX_FEED_BYTES } from '#feeds';
import { makeDirectory, messageOf, partialName, renameDurably, WeftError } from '#foundation';

/**
 * Writes an upload into the feed directory. It appears there under its name when it is complete and on the disk, or not
 * at all; of two at a time under one name, the one that is complete last stays.
 *
 * @throws WeftError `upload-incomplete`, `body-too-large`, `feed-not-stored`
 */
export async function storeFeed(
  directory: string,
  name: string,
  request: Pick<FastifyRequest, 'body' | 'headers'>,
): Promise<{ bytes: number; sha256: string }> {
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) > MAX_FEED_BYTES) throw tooLarge();
  const body = request.body as Readable | undefined;
  if (body === undefined || length === '0') throw noContent();
  const path = join(directory, name);
  const partial = partialName(path);
  try {
    makeDirectory(directory);
    const stored = await write(partial, body);
    await renameDurably(partial, path);
    return stored;
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof WeftError) throw error;
    throw new WeftError('feed-not-stored', `The feed cannot be written: ${messageOf(error)}.`, {
      cause: error,
      remedy: 'Look whether WEFT_FEED_DIR can be written to and its disk has room, and send the feed again.',
    });
  }
}

async function write(path: string, body: Readable): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of received(body)) {
      bytes += chunk.length;
      if (bytes > MAX_FEED_BYTES) throw tooLarge();
      hash.update(chunk);
      await file.write(chunk);
    }
    if (bytes === 0) throw noContent();
    await file.sync();
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** The chunks of a body; one that breaks off is the client's failure, not the disk's. */
async function* received(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw new WeftError('upload-incomplete', `The upload broke off: ${messageOf(error)}.`, {
      cause: error,
      remedy: 'Send the feed again. The one that was stored before is untouched.',
    });
  }
}

function noContent(): WeftError {
  return new WeftError('upload-incomplete', 'The upload has no content.', {
    remedy: 'Send the file itself as the body: curl -T feed.csv ...',
  });
}

function tooLarge(): WeftError {
  return new WeftError('body-too-large', 'The feed is larger than 8 GiB.', { remedy: 'Pack it with gzip.' });
}
