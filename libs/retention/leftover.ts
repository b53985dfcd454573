import type { JobKind } from '#jobs';

/** One thing that need not be kept. */
export interface Leftover {
  /** For people: a name or a path. */
  name: string;
  /** How many of its kind it stands for; default 1. */
  count?: number;
  /** What its removal frees. */
  bytes: number;
  /** @returns false when it turned out to be in use and is still there */
  remove(): Promise<boolean | void>;
}

/** One kind of leftovers, and how they are found. */
export interface Sweep {
  kind: string;
  /** Jobs that read or write such things: none of them may run, or wait to be taken up again. */
  jobs: JobKind[];
  find(): AsyncIterable<Leftover>;
}
