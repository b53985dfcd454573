/** The directory of what is not whole yet, in stores that write step by step. What a killed process leaves there is no object, and stays. */
export const UNFINISHED = 'incoming';

/** What a store says of one object. */
export interface StoredObject {
  key: string;
  bytes: number;
  changedAt: Date;
}

/**
 * Keeps the bytes of files under keys such as `models/VERSION/manifest.json`. An object appears whole or not at all.
 *
 * Everything throws `ArtifactsUnreachable` when the store does not answer, and `ArtifactsRefused` when it says no.
 */
export interface ArtifactStore {
  /** The place, for people: `s3://bucket/prefix`. */
  readonly name: string;
  /** Keeps the bytes of a file, in place of what the key stood for. */
  put(key: string, file: string): Promise<void>;
  /** null: there is no such object. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** null: there is no such object. */
  sizeOf(key: string): Promise<number | null>;
  /** All objects whose keys begin with `directory/`. */
  list(directory: string): AsyncIterable<StoredObject>;
  /** What is not there is removed already. */
  remove(key: string): Promise<void>;
}
