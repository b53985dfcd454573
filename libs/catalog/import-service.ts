import { type Clock, type JobId, type ProgressListener, systemClock } from '#foundation';
import type { FeedOptions } from '#feeds';
import type { CatalogStore } from './catalog-store.js';
import { type FeedItem, readFeed } from './feed-offers.js';
import type { ImportResult } from './import-result.js';
import { ImportRun } from './import-run.js';
import type { PhotoFetcher } from './photo-fetching.js';
import type { PhotoReader } from './photo-reading.js';

/** Enough photos at a time for several workers, and few enough rows for one transaction. */
const BATCH_ROWS = 1_000;

/** Which feed to import, and what it may name. */
export interface ImportInput extends Partial<FeedOptions> {
  /** Absolute path. */
  feed: string;
  /** Directory that the feed and its images must lie in; null: any file. */
  root: string | null;
  /** Address that the feed was fetched from; image links are relative to it. null: to the file. */
  address?: string | null;
}

/** Takes a full feed into the catalogue. */
export class ImportService {
  constructor(
    private readonly store: CatalogStore,
    private readonly photos: PhotoReader,
    private readonly fetcher: PhotoFetcher,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Imports a feed batch by batch; at the end, what the feed no longer lists is deactivated. May be repeated under the
   * same id after a crash. When a row's id cannot be read, nothing is deactivated. Memory grows with the number of
   * products and photos, by some 250 bytes for one with one photo, not with rows.
   *
   * @param signal ends the import early; nothing is deactivated
   * @throws FeedError when the file is no feed, changed or could not be read to its end, or when none of its rows was
   * accepted: nothing is deactivated then
   */
  async run(
    importId: JobId,
    input: ImportInput,
    report: ProgressListener,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<ImportResult> {
    const { feed, root } = input;
    const run = new ImportRun(importId, this.store, this.photos, this.fetcher, root);
    await this.store.beginImport(importId);
    let written = 0;
    let read = 0;
    let batch: FeedItem[] = [];
    const tell = (share: number) => {
      signal.throwIfAborted();
      // The last hundredth is the deactivation.
      report({
        stage: 'import',
        fraction: 0.99 * (written + share * (read - written)),
        ...run.words(Math.floor(share * batch.length)),
      });
    };
    const write = async () => {
      tell(0);
      await run.write(batch, tell, signal);
      batch = [];
      written = read;
    };
    for await (const item of readFeed(feed, { ...input, clock: this.clock, onProgress: (share) => (read = share) })) {
      batch.push(item);
      if (batch.length === BATCH_ROWS) await write();
    }
    if (batch.length > 0) await write();
    signal.throwIfAborted();
    const result = await run.finish(feed);
    report({ stage: 'import', fraction: 1, ...run.words() });
    return result;
  }
}
