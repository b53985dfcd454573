import type { FetchCounts } from './photo-fetching.js';

/** `read` is always `accepted` + `quarantined`. */
export interface Tally {
  read: number;
  accepted: number;
  quarantined: number;
}

/** What an import did. */
export interface ImportResult {
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
  /** Offers written: one per accepted row. */
  offers: number;
  /** Active after the import. */
  products: number;
  styles: number;
  /** Products that an embedding would add or change in what is served. */
  awaitingEmbedding: number;
  /** Photos named by address. */
  fetched: FetchCounts;
  /** Photos decoded in this import; 0 when nothing changed. */
  photosDecoded: number;
  /** Photos whose features were computed in this import. */
  featuresExtracted: number;
  /** Wall time by stage. */
  seconds: { rows: number; fetch: number; decode: number; features: number; database: number; total: number };
}
