import type { ImageId, JobId } from '#foundation';
import type { Rejection } from './records.js';

/** What an address gave when it was last asked. */
export interface FetchedCopy {
  /** SHA-256 of the bytes, which name their file. */
  contentHash: ImageId;
  bytes: number;
  etag: string | null;
  lastModified: string | null;
  /** The import that asked last. */
  lastImport: JobId;
}

/** The port through which fetching remembers. Implemented by #persistence. */
export interface FetchLog {
  /** What is remembered of these addresses; others are absent from the map. */
  copiesOf(urls: string[]): Promise<Map<string, FetchedCopy>>;
  /** Remembers a new copy of an address. On the disk when this resolves. */
  keep(url: string, copy: FetchedCopy): Promise<void>;
  /** Remembers that this import has asked, and that the copy is still the one. */
  confirm(url: string, importId: JobId): Promise<void>;
}

/** A photo to be fetched. */
export interface WantedPhoto {
  /** As `new URL` writes it. */
  url: string;
  /** The copy that is here could not be used: it may have been cut short, so the whole photo is asked for again. */
  isBroken: boolean;
}

/** The file of a photo that is here, or the reason why it is not. */
export type PhotoDownload = { contentHash: ImageId; file: string } | { rejection: Rejection };

/** What fetching did in one import. `fresh + unchanged + here + kept + failed` is the number of addresses. */
export interface FetchCounts {
  /** Downloaded. */
  fresh: number;
  /** Answered 304: the copy that was here is still the one. */
  unchanged: number;
  /** Not asked for, because an earlier attempt of the same import had fetched it. */
  here: number;
  /** Could not be asked for, this time; the copy of an earlier import stays in use. */
  kept: number;
  /** Could not be fetched, or are no photo; each is quarantined. */
  failed: number;
  /** Bytes of photos downloaded, unpacked. */
  bytes: number;
  /** Wall time in seconds. */
  seconds: number;
}

/** Brings photos from the web to files. The port through which an import fetches. */
export interface PhotoFetcher {
  /**
   * @param wanted each address once
   * @param onDone told how many of them are done; what it throws ends the fetching
   * @returns one download per address
   */
  fetch(
    wanted: WantedPhoto[],
    importId: JobId,
    onDone: (done: number) => void,
    signal: AbortSignal,
  ): Promise<Map<string, PhotoDownload>>;
  readonly counts: Readonly<FetchCounts>;
}
