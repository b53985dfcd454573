import type { ImageId, JobId, OfferId } from '#foundation';
import type { ImageRecord, OfferRecord, ProductRecord, QuarantineRecord, Rejection, SourceRecord } from './records.js';

/** What the store remembers of an image file. Exactly one of `imageId` and `rejection` is set. */
export interface KnownSource {
  fingerprint: string;
  imageId: ImageId | null;
  rejection: Rejection | null;
}

/** What one batch of rows adds. Any list may be empty. */
export interface CatalogBatch {
  offers: OfferRecord[];
  products: ProductRecord[];
  /** Of products of earlier batches, where this one names more: all of them. */
  morePhotos: Pick<ProductRecord, 'productId' | 'imageIds'>[];
  images: ImageRecord[];
  sources: SourceRecord[];
  quarantine: QuarantineRecord[];
}

/** Counts after an import: what it switched off, and what is active now. */
export interface FinishedImport {
  offersDeactivated: number;
  productsDeactivated: number;
  products: number;
  styles: number;
}

/**
 * The port through which an import writes. Implemented by #persistence.
 *
 * An import marks what it touches with its id, and `finishImport` deactivates the rest. A killed worker's import starts over
 * under the same id: `beginImport` takes back its marks and what it quarantined, in case the feed has changed since.
 */
export interface CatalogStore {
  /** What is known of these image files; unknown ones are absent from the map. */
  knownSources(sources: string[]): Promise<Map<string, KnownSource>>;

  /** Forgets which offers an earlier attempt of this import has met, and what it quarantined. */
  beginImport(importId: JobId): Promise<void>;

  /** Upserts one batch in one transaction. Its offers and products become active and belong to this import. */
  saveBatch(importId: JobId, batch: CatalogBatch): Promise<void>;

  /** Keeps offers that are already known, and their products, as they last were: their rows were quarantined. */
  keepLastGood(importId: JobId, offerIds: OfferId[]): Promise<void>;

  /**
   * Deactivates the offers that this import did not touch, unless they are to be kept, and the products without an active
   * offer; recomputes the stock and price of every
   * product (in stock if any active offer is; lowest in-stock effective price, else the lowest), in one transaction.
   */
  finishImport(importId: JobId, unlisted?: 'deactivate' | 'keep'): Promise<FinishedImport>;
}
