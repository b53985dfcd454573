import type { OfferId, ProductId } from '#foundation';
import type { OfferRecord, ProductRecord } from './records.js';

/** What an import would make of a record. One that is switched off is new. */
export type RecordState = 'new' | 'changed' | 'unchanged';

export interface Comparison {
  offers: Map<OfferId, RecordState>;
  products: Map<ProductId, RecordState>;
}

/** The port through which a dry run looks at the catalogue. Implemented by #persistence. */
export interface CatalogComparer {
  activeOffers(): Promise<number>;
  compare(offers: OfferRecord[], products: Omit<ProductRecord, 'imageIds'>[]): Promise<Comparison>;
  /** Those of the offers that are active. */
  activeAmong(offerIds: OfferId[]): Promise<OfferId[]>;
}
