import type { JobId } from '#foundation';
import type { ImageRecord } from './records.js';

/** Photo files that a job wants read. */
export interface PhotoBatch {
  extractorId: string;
  /** As for a PhotoReader. */
  root: string | null;
  /** Absolute paths, each once; those of the home by the names that `Artifacts.nameOf` gives. */
  files: string[];
}

/** What came of a batch. */
export interface BatchOutcome {
  /** Photos whose features are in the cache; what is not named here is left to whoever wants it. */
  read: { file: string; photo: Omit<ImageRecord, 'source'> }[];
  /** Photos whose features were computed rather than found in the cache. */
  extracted: number;
}

/** Which batches a process takes. */
export type BatchChoice =
  /** Those that it posted itself for this job. */
  | { own: JobId }
  /** Those that others posted, but for these extractors, which it does not have. */
  | { without: readonly string[] };

/** Hands batches of photos from a job to any worker. Implemented by #persistence. */
export interface PhotoBatchStore {
  /** Posts batches of a job that runs, and forgets those of jobs that run no more. @returns their ids */
  post(job: JobId, batches: PhotoBatch[]): Promise<string[]>;
  /**
   * Gives the first batch that nobody reads to `read`, and keeps what it returns. Whoever dies, throws or returns null meanwhile leaves
   * the batch to the next.
   *
   * @returns false where there is none, or it was left
   */
  take(choice: BatchChoice, read: (batch: PhotoBatch) => Promise<BatchOutcome | null>): Promise<boolean>;
  /** How many of these are not read yet. */
  left(ids: string[]): Promise<number>;
  /** Takes batches away, read or not; what is being read is left, and forgotten when the next are posted. @returns what came of those that were read */
  remove(ids: string[]): Promise<BatchOutcome[]>;
}
