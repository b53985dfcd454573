import { realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { webAddress } from '#fetching';
import { isWebAddress, WeftError } from '#foundation';

/** Where the feed directory really is, and the feed in it: both free of symbolic links. */
export interface ConfinedFeed {
  feed: string;
  root: string;
}

/** What may be wrong with a feed that is asked for over HTTP. */
export const FEED_PROBLEMS = ['feed-outside-directory', 'feed-missing', 'fetch-address-invalid'] as const;

/**
 * Where a feed that was asked for over HTTP is: files are taken from the feed directory only.
 *
 * @throws as {@link confineFeed}; FetchError `fetch-address-invalid`
 */
export async function feedPlace(feedDirectory: string, feed: string): Promise<{ feed: string; root?: string }> {
  if (!isWebAddress(feed)) return confineFeed(feedDirectory, feed);
  webAddress(feed);
  return { feed };
}

/**
 * Finds a feed that was asked for over HTTP. Whoever can reach the port may name any path, so nothing outside the feed
 * directory is ever opened, or even told to exist; links that lead out of it do not count as inside.
 *
 * @param asked path relative to `feedDirectory`
 * @throws WeftError `feed-outside-directory`, `feed-missing`
 */
async function confineFeed(feedDirectory: string, asked: string): Promise<ConfinedFeed> {
  if (!isInside(feedDirectory, resolve(feedDirectory, asked))) throw outside(asked);
  const root = await realpath(feedDirectory).catch(() => {
    throw new WeftError('feed-missing', 'The feed directory does not exist.', {
      remedy: 'Make the directory that WEFT_FEED_DIR names and put the feed there.',
    });
  });
  const feed = await realpath(resolve(root, asked)).catch(() => {
    throw missing(asked);
  });
  if (!isInside(root, feed)) throw outside(asked);
  if (!(await stat(feed)).isFile()) throw missing(asked);
  return { feed, root };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

function outside(asked: string): WeftError {
  return new WeftError('feed-outside-directory', `${asked} leads out of the feed directory.`, {
    value: asked,
    remedy: 'Put the feed below WEFT_FEED_DIR and name it by its path from there, or import it with `weft import`.',
  });
}

function missing(asked: string): WeftError {
  return new WeftError('feed-missing', `There is no file ${asked} in the feed directory.`, {
    value: asked,
    remedy: 'Put the feed below WEFT_FEED_DIR and name it by its path from there.',
  });
}
