import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '#foundation';
import { FeedError } from './feed-error.js';
import { resumed } from './resumed.js';

/** Most bytes of one feed after unpacking: a packed file of 16 MB may hold 16 GB of nothing. */
const MAX_UNPACKED_BYTES = 16 * 1024 ** 3;

/**
 * The bytes of a file, unpacked where it begins as gzip does.
 *
 * @throws FeedError `feed-unreadable` where the packed data is damaged or cut off, `feed-too-large`
 */
export async function* unpacked(chunks: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const first = await chunks.next();
  if (first.done === true) return;
  const all = resumed(first.value, chunks);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* all;
    return;
  }
  const source = Readable.from(all, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  source.on('error', (error) => gunzip.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > MAX_UNPACKED_BYTES) {
        throw new FeedError('feed-too-large', `The feed ${path} has more than 16 GiB when it is unpacked.`, {
          value: path,
          remedy: 'Look what is in it: no catalogue that Weft was measured on comes near this size.',
        });
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof FeedError) throw error;
    throw new FeedError('feed-unreadable', `The feed ${path} cannot be unpacked: ${messageOf(error)}.`, {
      cause: error,
      remedy: 'The file is damaged or was cut off. Fetch or export it again.',
    });
  } finally {
    source.destroy();
  }
}
