import type { ImageId } from '#foundation';
import type { ImageRecord, Rejection } from './records.js';

/** A photo that was decoded and whose features are in the feature cache, or the reason why not. */
export type PhotoReading = { ok: Omit<ImageRecord, 'source'> } | { rejected: Rejection };

/** Wall time spent and work done by a PhotoReader since it was made. */
export interface PhotoTimings {
  /** Reading and decoding, in seconds. */
  decode: number;
  /** Feature extraction and writing to the cache, in seconds. */
  features: number;
  /** Photos decoded. */
  decoded: number;
  /** Photos whose features were computed rather than found in the cache. */
  extracted: number;
  /** Of the photos decoded, those that other processes read. */
  byOthers: number;
}

/** Turns image files into known photos. The port through which an import looks at pictures. */
export interface PhotoReader {
  /**
   * @param sources absolute paths, each once
   * @param root when set, files whose real path lies outside it are rejected
   * @param onRead told from time to time how many of them are done; what it throws ends the reading
   * @returns one reading per source
   */
  read(sources: string[], root: string | null, onRead?: (done: number) => void): Promise<Map<string, PhotoReading>>;
  /** Whether the photo's features are in the feature cache, so that its file need not be read. */
  knows(imageId: ImageId): boolean;
  readonly timings: Readonly<PhotoTimings>;
}
