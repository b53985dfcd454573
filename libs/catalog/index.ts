export type { CatalogComparer, Comparison, RecordState } from './catalog-comparer.js';
export type { CatalogBatch, CatalogStore, FinishedImport, KnownSource } from './catalog-store.js';
export { dryRun } from './dry-run.js';
export type { Changes, DryRunReport, Reason } from './dry-run-report.js';
export { type FeedAtHand, readingOf, withFeed } from './feed-source.js';
export type { ImportedFeed, ImportedFeedStore, RememberedFeed } from './imported-feed.js';
export { readFeed, type FeedItem, type FeedOffer, type FeedReadingOptions } from './feed-offers.js';
export { type FeedPhoto, readFeedPhotos } from './feed-photos.js';
export type { FeedRow } from './feed-row.js';
export type { Grouping } from './grouping.js';
export type { ImageReference } from './image-reference.js';
export type { ImportResult, Tally, UnchangedFeed } from './import-result.js';
export { ImportService, type ImportInput } from './import-service.js';
export type { BatchChoice, BatchOutcome, PhotoBatch, PhotoBatchStore } from './photo-batch.js';
export { PhotoDownloads } from './photo-downloads.js';
export type { FetchCounts, FetchedCopy, FetchLog, PhotoDownload, PhotoFetcher, WantedPhoto } from './photo-fetching.js';
export { helpWithPhotos, type PhotoHelp } from './photo-helper.js';
export { PhotoFiles } from './photo-files.js';
export { inspectSource } from './image-source.js';
export { AUGMENTED_VIEW, FilePhotoReader, type Picturing } from './photo-reader.js';
export type { PhotoReader, PhotoReading, PhotoTimings } from './photo-reading.js';
export { SharedPhotoReader } from './shared-photo-reader.js';
export type { CategoryCount, ProductListing } from './product-listing.js';
export {
  type Availability,
  type Gender,
  type ImageRecord,
  type OfferRecord,
  type ProductRecord,
  type Quarantine,
  type QuarantineRecord,
  type Rejection,
  type SourceRecord,
} from './records.js';
