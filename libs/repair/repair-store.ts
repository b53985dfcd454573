import type { ImageRecord } from '#catalog';
import type { GenerationId } from '#foundation';
import type { PhotoVector } from '#generations';
import type { KnownFile } from './changed-file.js';
import type { DifferenceKind } from './report.js';

/** How many, and the names of some. */
export interface Found {
  count: number;
  examples: string[];
}

/** What a generation's rows can differ in from the catalogue. */
export const VECTOR_DIFFERENCES = [
  'faulty-vectors',
  'photos-without-vector',
  'products-without-vector',
  'photos-that-left',
  'products-that-left',
  'products-not-of-main-photo',
  'miscounted-generations',
] as const satisfies DifferenceKind[];
export type VectorDifferences = Record<(typeof VECTOR_DIFFERENCES)[number], Found>;

/** A table of vectors that a kept generation should have. */
export interface AmissTable {
  generation: GenerationId;
  table: string;
  /** It is there, but searches do not see it. */
  isThere: boolean;
}

/** An index that is invalid, or that a generation should have and has not. */
export interface BrokenIndex {
  table: string;
  /** What it is called, or would be over. */
  name: string;
  /** Which graph is missing; null: the index is there, and invalid. */
  graph: string | null;
}

/** A table that wants looking after. */
export interface WornTable {
  table: string;
  /** Rows deleted or replaced that still take space, as Postgres estimates them. */
  dead: number;
}

/** The port to what a nightly run compares and mends in the database. Implemented by #persistence. */
export interface RepairStore {
  /** Marks generations whose builder has died as failed, and removes their tables. */
  clearAbandonedBuilds(): Promise<GenerationId[]>;
  /** Tables of vectors whose generation is unknown or failed. */
  unknownTables(): Promise<string[]>;
  /** Removes a table that `unknownTables` named. @returns false when searches kept it busy all the time */
  dropUnknownTable(table: string): Promise<boolean>;
  /** Tables that kept generations should have and searches do not see. */
  amissTables(): Promise<AmissTable[]>;
  /**
   * Has searches see the table: as it is, or, where it is not there or cannot be a part of the whole (of another dimension, say),
   * made anew and empty. Without graphs.
   */
  attachTable(table: AmissTable): Promise<void>;
  /** Files that photos of active products were taken from, in an order of their own, from behind `after` on. */
  shownFiles(after: KnownFile | null, limit: number): Promise<KnownFile[]>;
  /**
   * Has the products that show what a file held before show what it holds now, and remembers the file as it is.
   *
   * @returns false where other files held the same picture: which product has which is not known, and nothing is changed
   */
  takePhoto(before: KnownFile, photo: ImageRecord, fingerprint: string): Promise<boolean>;
  /** Active products, and photos of theirs. */
  catalogueSize(): Promise<{ products: number; photos: number }>;
  /** Holds a generation's rows against the catalogue of now. null when the generation was dropped meanwhile. */
  compare(generation: GenerationId): Promise<VectorDifferences | null>;
  /** Removes vectors that no search can use; what takes their place is the business of a refresh. */
  removeFaulty(generation: GenerationId): Promise<void>;
  /** Puts these vectors in the place of those that the photos have. */
  replacePhotoVectors(generation: GenerationId, vectors: Pick<PhotoVector, 'imageId' | 'embedding'>[]): Promise<void>;
  /** Indexes that are invalid, and that nobody is building just now; graphs that are missing. */
  brokenIndexes(): Promise<BrokenIndex[]>;
  /** Builds it, without locking anybody out; one that is a copy of a valid one is removed. */
  mendIndex(index: BrokenIndex, signal: AbortSignal): Promise<void>;
  /** Tables with many dead rows. */
  tablesWithDeadRows(): Promise<WornTable[]>;
  /** Frees what dead rows take, in the graphs, too, without locking anybody out. */
  cleanTable(table: WornTable, signal: AbortSignal): Promise<void>;
  /** Tables whose statistics are missing, or from before a tenth of their rows were changed. */
  tablesWithOldStatistics(): Promise<string[]>;
  analyzeTable(table: string): Promise<void>;
}
