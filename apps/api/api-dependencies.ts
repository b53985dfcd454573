import type { KeyStore, Throttle } from '#access';
import type { Quarantine } from '#catalog';
import type { GenerationStore } from '#generations';
import type { Clock, ImageId, JobId } from '#foundation';
import type { JobQueue, JobRun } from '#jobs';
import type { CatalogReader, PhotoIndex, VectorIndex } from '#similarity';

/** What the API works with. Opened and closed by whoever starts it. */
export interface ApiDependencies {
  index: VectorIndex;
  photoIndex: PhotoIndex;
  catalog: CatalogReader & {
    /** Absolute path of a photo's file, or the address that it was fetched from; null for an unknown id. */
    imageSource(id: ImageId): Promise<string | null>;
    /** The first `limit` entries that an import set aside. */
    quarantine(importId: JobId, limit: number): Promise<Quarantine>;
  };
  jobs: {
    find(id: JobId): Promise<JobRun | null>;
    /** The run of this kind that succeeded last. */
    latestSucceeded(kind: 'audit'): Promise<JobRun | null>;
    /** Newest first. */
    recent(limit: number): Promise<JobRun[]>;
  };
  generations: GenerationStore;
  queue: Pick<JobQueue, 'enqueue'>;
  keys: KeyStore;
  throttle: Throttle;
  clock: Clock;
}

/** Injection token of `ApiDependencies`. */
export const DEPENDENCIES = Symbol('ApiDependencies');
/** Injection token of the feed directory's path. */
export const FEED_DIRECTORY = Symbol('feedDir');
/** Injection token of the path of the directory of fetched photos. */
export const PHOTO_DIRECTORY = Symbol('photoDir');
