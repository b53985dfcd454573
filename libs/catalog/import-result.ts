import type { FetchCounts } from './photo-fetching.js';

/** `read` is always `accepted` + `quarantined`. */
export interface Tally {
  read: number;
  accepted: number;
  quarantined: number;
}

/** An import that had nothing to do: the feed is the one that the catalogue was made from. */
export interface UnchangedFeed {
  unchanged: true;
  /** When it was imported; ISO 8601. */
  since: string;
}

/** What an import did. */
export interface ImportResult {
  unchanged: false;
  /** Data rows of the feed. */
  rows: Tally;
  /** Distinct image files named by valid rows. */
  images: Tally;
  /** Quarantined rows and images, by code. */
  reasons: Record<string, number>;
  /**
   * Quarantined rows whose id could not be read. Above 0 no offer was deactivated, because any that the feed seems to lack
   * may be that of such a row.
   */
  rowsWithLostId: number;
  offersDeactivated: number;
  productsDeactivated: number;
  /** Offers written. With `rowsUnlisted` and `rowsAdded`, which give none, they are the accepted rows. */
  offers: number;
  /** Accepted rows that say of an offer that it is not for sale: drafts, archived and discontinued ones. */
  rowsUnlisted: number;
  /** Accepted rows that only add to others: further photos of a Shopify product, parents of WooCommerce variations. */
  rowsAdded: number;
  /** Active after the import. */
  products: number;
  styles: number;
  /** Some photos failed for a reason that may pass: a host that did not answer, say. */
  hasPhotosToRetry: boolean;
  /** Photos named by address. */
  fetched: FetchCounts;
  /** Photos decoded in this import; 0 when nothing changed. */
  photosDecoded: number;
  /** Of these, photos that other workers read. */
  photosReadByOthers: number;
  /** Photos whose features were computed in this import. */
  featuresExtracted: number;
  /** Wall time by stage. */
  seconds: { rows: number; fetch: number; decode: number; features: number; database: number; total: number };
}
