import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rejection } from './records.js';
import type { FeedRow } from './feed-row.js';

/** An image as a row names it. Two references are the same image file when their `source` is the same. */
export interface ImageReference {
  field: 'image_link' | 'additional_image_link';
  /** As written. */
  link: string;
  /** Absolute path; what was written where that is no path. */
  source: string;
  /** Set where it cannot be read whatever the file holds. */
  rejection: Rejection | null;
}

/** The images of a row, main image first, each once. Paths are relative to the directory of the feed. */
export function imagesOf(row: Pick<FeedRow, 'imageLink' | 'additionalImageLinks'>, feed: string): ImageReference[] {
  const directory = dirname(feed);
  const all = [
    reference('image_link', row.imageLink, directory),
    ...row.additionalImageLinks.map((link) => reference('additional_image_link', link, directory)),
  ];
  return all.filter((image, at) => all.findIndex((other) => other.source === image.source) === at);
}

function reference(field: ImageReference['field'], link: string, directory: string): ImageReference {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(link)?.[1]?.toLowerCase();
  if (scheme === 'file') {
    try {
      return { field, link, source: fileURLToPath(link), rejection: null };
    } catch {
      const message = 'The file address does not name a local file.';
      return { field, link, source: link, rejection: { code: 'image-path-invalid', message } };
    }
  }
  if (scheme === 'data' || (scheme !== undefined && link.startsWith('//', scheme.length + 1))) {
    const message = 'This version reads image files, not addresses: download the image and name its path.';
    return { field, link, source: link, rejection: { code: 'image-url-not-supported', message } };
  }
  return { field, link, source: resolve(directory, link), rejection: null };
}
