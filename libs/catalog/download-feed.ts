import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MAX_FEED_BYTES } from '#feeds';
import type { Fetcher } from '#fetching';

/** A feed of 2 GB over a slow line. */
const MAX_MS = 30 * 60_000;

/** What is known of the copy that was imported before. */
export interface EarlierCopy {
  etag: string | null;
  lastModified: string | null;
}

/** A feed that lies in a file now. */
export interface Download {
  /** Address that answered, after redirects: what is relative in the feed is relative to it. */
  address: string;
  etag: string | null;
  lastModified: string | null;
  /** sha256 of the bytes. */
  content: string;
}

/**
 * Fetches a feed into a file.
 *
 * @returns null where the host says that the earlier copy is still the newest
 * @throws FetchError
 */
export async function downloadFeed(
  fetcher: Fetcher,
  address: string,
  path: string,
  earlier: EarlierCopy | null,
  signal: AbortSignal,
): Promise<Download | null> {
  const options = {
    etag: earlier?.etag ?? undefined,
    lastModified: earlier?.lastModified ?? undefined,
    maxBytes: MAX_FEED_BYTES,
    totalMs: MAX_MS,
    signal,
  };
  return fetcher.receive(address, options, async (answer) => {
    if (answer.status === 'not-modified') return null;
    const hash = createHash('sha256');
    await pipeline(answer.body, hashing(hash), createWriteStream(path, { mode: 0o600 }), { signal });
    const { finalUrl, etag, lastModified } = answer;
    return { address: finalUrl, etag, lastModified, content: hash.digest('hex') };
  });
}

function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}
