import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeedOptions } from '#feeds';
import type { Fetcher } from '#fetching';
import { isWebAddress, makeDirectory, sha256 } from '#foundation';
import { type Download, downloadFeed, type EarlierCopy } from './download-feed.js';
import type { ImportedFeed } from './imported-feed.js';

/** A feed and how it is to be read. */
export interface FeedRequest extends FeedOptions {
  /** Absolute path, or http or https address. */
  feed: string;
  /** Directory that the feed and its images must lie in; null: any file. */
  root: string | null;
}

/** Hash of a request: two that are equal read the same bytes in the same way. */
export function readingOf({ feed, format, encoding, mapping }: FeedRequest): string {
  return sha256(JSON.stringify([feed, format, encoding, mapping]));
}

/** A feed as a file of this machine. */
export interface FeedAtHand {
  path: string;
  root: string | null;
  /** null for a file that was named as one. */
  download: Download | null;
}

/**
 * Brings a feed to hand, lets `use` read it, and deletes what was fetched.
 *
 * @param options.directory where fetched feeds lie meanwhile
 * @param options.known what the catalogue was made from; null: not asked about
 * @returns null where the feed is the one that the catalogue was made from
 * @throws FetchError; what `use` throws
 */
export async function withFeed<T>(
  request: FeedRequest,
  options: { fetcher: Fetcher; directory: string; known: ImportedFeed | null; signal: AbortSignal },
  use: (feed: FeedAtHand) => Promise<T>,
): Promise<T | null> {
  const { feed, root } = request;
  if (!isWebAddress(feed)) return use({ path: feed, root, download: null });
  const known = options.known?.reading === readingOf(request) ? options.known : null;
  makeDirectory(options.directory, 0o700);
  const directory = await mkdtemp(join(options.directory, 'feed-'));
  try {
    const path = join(directory, 'feed');
    const earlier: EarlierCopy | null = known;
    const download = await downloadFeed(options.fetcher, feed, path, earlier, options.signal);
    if (download === null || download.content === known?.content) return null;
    // Only the feed lies here: what was fetched can name no file of this machine.
    return await use({ path, root: directory, download });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
