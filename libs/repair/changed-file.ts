import type { ImageRecord } from '#catalog';
import type { ImageId } from '#foundation';

/** A file that an import took a photo from. */
export interface KnownFile {
  /** Absolute path. */
  source: string;
  /** Size and time of it then. */
  fingerprint: string;
  imageId: ImageId;
}

/** A file that is not what it was. */
export interface ChangedFile {
  before: KnownFile;
  fingerprint: string;
  /** The photo that it holds now, whose features are in the cache, or why none can be read of it. */
  holds: { photo: ImageRecord } | { why: string };
}

/** Looks at files. @returns those that are there and have changed since an import read them */
export type LookAtFiles = (files: KnownFile[]) => Promise<ChangedFile[]>;
