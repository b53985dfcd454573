import { resolve } from 'node:path';
import { type Clock, MAX_PRODUCT_ID, systemClock } from '#foundation';
import { type ColumnReport, Feed, FeedError, type FeedOptions, type RawRow } from '#feeds';
import { type FeedRow, parseRow, type RowReading, unlistedIdOf } from './feed-row.js';
import type { RowProblem } from './row-problem.js';
import { FingerprintMap } from './fingerprint-map.js';
import { type Grouping, groupOf } from './grouping.js';
import { type ImageReference, imagesOf } from './image-reference.js';
import { isInsideRoot } from './inside-root.js';
import type { PriceStyle } from './price.js';
import { ProductLedger } from './product-ledger.js';
import { quarantined } from './quarantine.js';
import type { QuarantineRecord } from './records.js';

/** A valid row with what follows from it: its product, its style and its images. */
export interface FeedOffer extends FeedRow, Grouping {
  row: number;
  images: ImageReference[];
}

/**
 * `isIdLost`: the row may be that of any offer, because its id could not be read. `aside`: a row that is understood and
 * gives no offer: `unlisted` says that one is not for sale any more, `addition` adds to other rows.
 */
export type FeedItem =
  { offer: FeedOffer } | { quarantine: QuarantineRecord; isIdLost: boolean } | { aside: 'unlisted' | 'addition' };

/** How a feed is read. */
export interface FeedReadingOptions extends Partial<FeedOptions> {
  /** Directory that the feed must lie in; null: any. */
  root?: string | null;
  /** Address that the feed was fetched from: image links are relative to it. null: to the file. */
  address?: string | null;
  /** Sale prices count while their dates hold. */
  clock?: Clock;
  /** Told the share of the file read, in [0, 1]. */
  onProgress?: (fraction: number) => void;
  /** Told at the end what the feed was taken for, and what its columns were taken to mean. */
  onEnd?: (kind: string, columns: ColumnReport) => void;
}

/**
 * Streams a feed: every data row is one item, valid, quarantined or aside. Opens no image.
 *
 * Keeps 16 to 32 bytes for each row and for each product, to tell repeated ids.
 *
 * @param path of a feed in one of the formats of docs/feeds.md
 * @throws FeedError when the file is no feed, cannot be read, or changes while it is read
 */
export async function* readFeed(path: string, options: FeedReadingOptions = {}): AsyncGenerator<FeedItem> {
  const root = options.root ?? null;
  if (root !== null && !(await isInsideRoot(path, root))) {
    throw new FeedError('feed-outside-root', `The feed must lie in ${root}.`, { value: path });
  }
  const feed = await Feed.open(path, options);
  try {
    const now = (options.clock ?? systemClock).now();
    let reading: Reading | null = null;
    for await (const raw of feed.rows()) {
      reading ??= new Reading(options.address ?? resolve(path), { prices: styleOf(feed), now });
      options.onProgress?.(feed.share);
      yield reading.itemOf(raw);
    }
    options.onEnd?.(feed.describe(), feed.columnReport());
  } finally {
    await feed.close();
  }
}

function styleOf({ mapping, dialect }: Feed): PriceStyle {
  const { currency, currencySigns, decimal } = mapping;
  return { currency, currencySigns, decimal: decimal ?? dialect.decimal };
}

/** What one pass over a feed must remember to judge a row. */
class Reading {
  /** Offer id -> row. */
  private readonly offers = new FingerprintMap();
  private readonly products = new ProductLedger();

  constructor(
    /** Absolute path or address. */
    private readonly feed: string,
    private readonly reading: RowReading,
  ) {}

  itemOf(raw: RawRow): FeedItem {
    if ('addition' in raw) return { aside: 'addition' };
    if ('malformed' in raw) {
      const { code, message, field, text, id, isIdLost } = raw.malformed;
      return { quarantine: quarantined(raw.row, id, { field, value: text, code, message }), isIdLost };
    }
    const unlisted = unlistedIdOf(raw.cells);
    if (unlisted !== null) return this.unlisted(raw.row, unlisted);
    const parsed = parseRow(raw.cells, this.reading);
    // A row without an id is no offer's.
    if ('code' in parsed) {
      return { quarantine: quarantined(raw.row, raw.cells.get('id') ?? null, parsed), isIdLost: false };
    }
    const grouping = groupOf(parsed);
    const problem =
      this.repeatedId(parsed.offerId) ?? problemOf(parsed, grouping) ?? this.products.meet(parsed, grouping);
    if (problem !== null) return { quarantine: quarantined(raw.row, parsed.offerId, problem), isIdLost: false };
    this.offers.set(parsed.offerId, raw.row);
    return { offer: { ...parsed, ...grouping, row: raw.row, images: imagesOf(parsed, this.feed) } };
  }

  private unlisted(row: number, offerId: string): FeedItem {
    const repeated = this.repeatedId(offerId);
    if (repeated !== null) return { quarantine: quarantined(row, offerId, repeated), isIdLost: false };
    this.offers.set(offerId, row);
    return { aside: 'unlisted' };
  }

  private repeatedId(offerId: string): RowProblem | null {
    const row = this.offers.get(offerId);
    if (row === undefined) return null;
    return { field: 'id', value: offerId, code: 'duplicate-id', message: `Row ${row} of the feed has the same id.` };
  }
}

function problemOf({ colour }: FeedRow, { productId }: Grouping): RowProblem | null {
  if (productId.length <= MAX_PRODUCT_ID) return null;
  const message = 'The product id, made of group, colour, pattern and material, is too long.';
  return { field: 'color', value: colour ?? '', code: 'text-too-long', message };
}
