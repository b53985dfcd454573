import type { JobId } from '#foundation';

/** What the catalogue was made from. */
export interface RememberedFeed {
  importId: JobId;
  /** Hash of the address and of everything that decides how the feed is read. */
  reading: string;
  /** As the host wrote them. */
  etag: string | null;
  lastModified: string | null;
  /** sha256 of the bytes. */
  content: string;
}
export interface ImportedFeed extends RememberedFeed {
  importedAt: Date;
}

/** The port that remembers the fetched feed that the catalogue was made from. Implemented by #persistence. */
export interface ImportedFeedStore {
  /** null where the last import was of a file, or failed, or was the first. The start of any import forgets it. */
  importedFeed(): Promise<ImportedFeed | null>;
  rememberFeed(feed: RememberedFeed): Promise<void>;
}
