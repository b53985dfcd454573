import { resolve } from 'node:path';
import { MAX_PRODUCT_ID, type OfferId, type ProductId, type StyleId } from '#foundation';
import { FeedError } from './feed-error.js';
import { FeedFile } from './feed-file.js';
import { type FeedRow, parseRow, type RowProblem } from './feed-row.js';
import { type Grouping, groupOf } from './grouping.js';
import { type ImageReference, imagesOf } from './image-reference.js';
import { isInsideRoot } from './inside-root.js';
import { quarantined } from './quarantine.js';
import { type RawRow, readRawRows } from './raw-rows.js';
import type { QuarantineRecord } from './records.js';

/** A valid row with what follows from it: its product, its style and its images. */
export interface FeedOffer extends FeedRow, Grouping {
  row: number;
  images: ImageReference[];
}

/** `isIdLost`: the row may be that of any offer, because its id could not be read. */
export type FeedItem = { offer: FeedOffer } | { quarantine: QuarantineRecord; isIdLost: boolean };

/**
 * Streams a feed: every data row is one item, valid or quarantined, in the order of the file. Opens no image.
 *
 * @param path of a Google Merchant feed, CSV or JSON Lines
 * @param options.root directory that the feed must lie in; null: any
 * @param options.onProgress told the share of the file read, in [0, 1]
 * @throws FeedError when the file is no feed, cannot be read, or changes while it is read
 */
export async function* readFeed(
  path: string,
  options: { root?: string | null; onProgress?: (fraction: number) => void } = {},
): AsyncGenerator<FeedItem> {
  const root = options.root ?? null;
  if (root !== null && !(await isInsideRoot(path, root))) {
    throw new FeedError('feed-outside-root', `The feed must lie in ${root}.`, { value: path });
  }
  const feed = await FeedFile.open(path);
  try {
    const reading = new Reading(resolve(path));
    const onBytes = (bytes: number) => options.onProgress?.(Math.min(1, bytes / feed.size));
    for await (const raw of readRawRows(feed, onBytes)) yield reading.itemOf(raw);
    await feed.assertUnchanged();
  } finally {
    await feed.close();
  }
}

/** What one pass over a feed must remember to judge a row. */
class Reading {
  private readonly offers = new Set<OfferId>();
  private readonly styles = new Map<ProductId, StyleId>();

  constructor(private readonly feed: string) {}

  itemOf(raw: RawRow): FeedItem {
    if ('malformed' in raw) {
      const { code, message, text, id } = raw.malformed;
      const problem = { field: 'row', value: text, code, message };
      return { quarantine: quarantined(raw.row, id, problem), isIdLost: id === null };
    }
    const parsed = parseRow(raw.cells);
    // A row without an id is no offer's.
    if ('code' in parsed) {
      return { quarantine: quarantined(raw.row, raw.cells.get('id') ?? null, parsed), isIdLost: false };
    }
    const grouping = groupOf(parsed);
    const problem = this.problemOf(parsed, grouping);
    if (problem !== null) return { quarantine: quarantined(raw.row, parsed.offerId, problem), isIdLost: false };
    this.offers.add(parsed.offerId);
    this.styles.set(grouping.productId, grouping.styleId);
    return { offer: { ...parsed, ...grouping, row: raw.row, images: imagesOf(parsed, this.feed) } };
  }

  private problemOf({ offerId, colour }: FeedRow, { productId, styleId }: Grouping): RowProblem | null {
    if (this.offers.has(offerId)) {
      const message = 'An earlier row of the feed has the same id.';
      return { field: 'id', value: offerId, code: 'duplicate-id', message };
    }
    if (productId.length > MAX_PRODUCT_ID) {
      const message = 'The product id, made of group, colour, pattern and material, is too long.';
      return { field: 'color', value: colour ?? '', code: 'text-too-long', message };
    }
    // "a" in "red" and a group that is itself called "a--red" would meet in one product.
    const owner = this.styles.get(productId);
    if (owner !== undefined && owner !== styleId) {
      const message = `The product id ${productId} already belongs to the style ${owner}.`;
      return { field: 'item_group_id', value: styleId, code: 'product-id-taken', message };
    }
    return null;
  }
}
