import type { KeyStore, Throttle } from '#access';
import type { Artifacts } from '#artifacts';
import type { AttributionStore } from '#attribution';
import type { CategoryCount, ProductListing, Quarantine } from '#catalog';
import type { ExperimentStore } from '#experiments';
import type { GenerationStore } from '#generations';
import type { Clock, ImageId, JobId, ProductId } from '#foundation';
import type { JobEventStore, JobListing, JobLogLine, JobQueue, JobRun } from '#jobs';
import type { MerchandisingStore } from '#merchandising';
import type { ScheduleStore } from '#schedules';
import type { EventStore } from '#shoppers';
import type { CatalogReader, PhotoIndex, ShopperMemory, VectorIndex } from '#similarity';
import type { WebhookStore } from '#webhooks';
import type { Analyses } from './analyses/analyse.js';
import type { Metrics } from './metrics/metrics.js';

/** What the API works with. Opened and closed by whoever starts it. */
export interface ApiDependencies {
  /** Bring photos and models. */
  artifacts: Artifacts;
  index: VectorIndex;
  photoIndex: PhotoIndex;
  catalog: CatalogReader & {
    /** Ids of the first `limit` active products that are asked for, in the order of their ids. */
    list(listing: ProductListing, limit: number): Promise<ProductId[]>;
    /** The categories of active products, the fullest first. */
    categories(): Promise<CategoryCount[]>;
    /** Absolute path of a photo's file, or the address that it was fetched from; null for an unknown id. */
    imageSource(id: ImageId): Promise<string | null>;
    /** The first `limit` entries that an import set aside. */
    quarantine(importId: JobId, limit: number): Promise<Quarantine>;
  };
  attribution: AttributionStore;
  experiments: ExperimentStore;
  jobs: {
    find(id: JobId): Promise<JobRun | null>;
    /** The run of this kind that succeeded last. */
    latestSucceeded(kind: 'audit' | 'import' | 'refresh'): Promise<JobRun | null>;
    /** Newest first. */
    list(listing: JobListing): Promise<JobRun[]>;
    /** What is known of a run, oldest line first. */
    log(id: JobId): Promise<JobLogLine[]>;
  };
  jobEvents: JobEventStore;
  generations: GenerationStore;
  queue: Pick<JobQueue, 'enqueue' | 'cancel' | 'retry'>;
  keys: KeyStore;
  merchandising: MerchandisingStore;
  schedules: ScheduleStore;
  shoppers: EventStore &
    ShopperMemory & {
      /** Since when what is popular has not been summed up; null: it is up to a minute old. */
      readonly popularityFailingSince: Date | null;
    };
  webhooks: WebhookStore;
  throttle: Throttle;
  metrics: Metrics;
  /** What is computed from a whole generation, out of this process's way. */
  analyses: Analyses;
  clock: Clock;
}

/** Injection token of `ApiDependencies`. */
export const DEPENDENCIES = Symbol('ApiDependencies');
/** Injection token of the feed directory's path. */
export const FEED_DIRECTORY = Symbol('feedDir');
