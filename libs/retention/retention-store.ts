import type { GenerationId, ImageId, ModelVersion } from '#foundation';

/** Rows that need not be kept, and what they take. */
export interface OldRows {
  rows: number;
  bytes: number;
}

/** The port to the database as `weft gc` sees it. Implemented by #persistence. */
export interface RetentionStore {
  /**
   * Keeps backups, restores and other gc runs away until the returned function is called.
   *
   * @throws WeftError `upkeep-busy`
   */
  holdUpkeep(): Promise<() => Promise<void>>;
  /** Marks generations whose builder has died as failed and removes their vectors. */
  clearAbandonedBuilds(): Promise<void>;
  /** Space of a generation's vectors and their indexes, in bytes; 0 where there are none. */
  bytesOfGeneration(generation: GenerationId): Promise<number>;
  /** Removes a model that has no generation. @returns false when it has one */
  dropModel(version: ModelVersion): Promise<boolean>;
  /** Runs that finished before a time, never the newest of a kind nor the newest success, with what they set aside. */
  oldJobs(before: Date): Promise<OldRows>;
  dropOldJobs(before: Date): Promise<void>;
  /** Events of shoppers from before a time. */
  oldEvents(before: Date): Promise<OldRows>;
  dropOldEvents(before: Date): Promise<void>;
  /** Products without an offer, and images and quarantine entries that nothing refers to. */
  orphans(): Promise<OldRows>;
  dropOrphans(): Promise<void>;
  /** Photos of products that have an offer, active or not. */
  imagesInUse(): Promise<Set<ImageId>>;
}
