import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FetchError, webAddress } from '#fetching';
import { isWebAddress } from '#foundation';
import type { FeedRow } from './feed-row.js';
import type { Rejection } from './records.js';

/** An image as a row names it. Two references are the same image when their `source` is the same. */
export interface ImageReference {
  field: 'image_link' | 'additional_image_link';
  /** As written. */
  link: string;
  /** Absolute path, or http or https address as `new URL` writes it; what was written where it is neither. */
  source: string;
  /** Set where it cannot be read whatever it holds. */
  rejection: Rejection | null;
}

/**
 * The images of a row, main image first, each once.
 *
 * @param feed absolute path or address of the feed: what is written without a scheme is relative to it. A feed from the
 * web names addresses only, never files of this machine
 */
export function imagesOf(row: Pick<FeedRow, 'imageLink' | 'additionalImageLinks'>, feed: string): ImageReference[] {
  const all = [
    reference('image_link', row.imageLink, feed),
    ...row.additionalImageLinks.map((link) => reference('additional_image_link', link, feed)),
  ];
  return all.filter((image, at) => all.findIndex((other) => other.source === image.source) === at);
}

function reference(field: ImageReference['field'], link: string, feed: string): ImageReference {
  const refused = (code: string, message: string) => ({ field, link, source: link, rejection: { code, message } });
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(link)?.[1]?.toLowerCase();
  const isFromWeb = isWebAddress(feed);
  if (scheme === 'file') {
    if (isFromWeb) return refused('image-path-invalid', 'A feed from the web cannot name a file of this machine.');
    try {
      return { field, link, source: fileURLToPath(link), rejection: null };
    } catch {
      return refused('image-path-invalid', 'The file address does not name a local file.');
    }
  }
  const isWeb = scheme === 'http' || scheme === 'https';
  if (!isWeb && (scheme === 'data' || (scheme !== undefined && link.startsWith('//', scheme.length + 1)))) {
    return refused('image-url-not-supported', 'Images are read from files and from http and https addresses only.');
  }
  if (!isWeb && !isFromWeb) return { field, link, source: resolve(dirname(feed), link), rejection: null };
  try {
    return { field, link, source: webAddress(link, isWeb ? undefined : new URL(feed)).href, rejection: null };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return refused(error.code, error.message);
  }
}
