import type { JobId, Progress } from '#foundation';
import type { JobKind } from './job-inputs.js';
import type { JobError, JobState } from './job-run.js';

/** One change of a run's state, or another attempt at it. Kept as long as its run. */
export interface JobEvent {
  /** Grows with time within a run. Of two runs, the one that was recorded later may be seen first. */
  id: number;
  run: JobId;
  kind: JobKind;
  state: JobState;
  attempts: number;
  error: JobError | null;
  /** Whether the run had come to its end. */
  ended: boolean;
  at: Date;
}

/** How a run stands: what is read more often than it changes. */
export interface RunStanding {
  run: JobId;
  kind: JobKind;
  progress: Progress | null;
  ended: boolean;
}

/**
 * How far a follower has read. An event gets its id before its transaction is over, so that one with a smaller id may be
 * seen later: whatever was not over at the time of the reading, `horizon`, is read again.
 */
export interface EventCursor {
  /** Highest id that was read. */
  after: number;
  /** The oldest transaction that was not over, as Postgres numbers them. */
  horizon: string;
}

/**
 * Whether a transaction, by its last 32 bits, is not older than a horizon: what it wrote is read again by a cursor with that
 * horizon. Postgres compares them the same way: the nearer half of the circle is the past.
 */
export function isBeyond(transaction: number, horizon: string): boolean {
  return ((transaction - Number(BigInt(horizon) & 0xffff_ffffn)) | 0) >= 0;
}

/** What one follower has not seen. */
export interface EventQuestion extends EventCursor {
  /** null: of all runs. */
  run: JobId | null;
  /** Ids that a reading by this cursor would give again. */
  seen: readonly number[];
}

/** The answer to one question. */
export interface EventPage {
  /** In the order of their ids, with the last 32 bits of the transaction that each was written by. */
  events: (JobEvent & { transaction: number })[];
  /** Whether there may be more now. */
  isFull: boolean;
}

/** The port to what happened to runs. Implemented by #persistence. */
export interface JobEventStore {
  /**
   * Where what happens from now on begins.
   *
   * @returns with the events that are there and that a reading by the cursor would give again: id and transaction of each
   */
  end(): Promise<EventCursor & { seen: [id: number, transaction: number][] }>;
  /**
   * How these runs, or with `all` all that run, stand; and what each question has not seen, at least what was there when the
   * standings were read.
   */
  read(
    runs: { ids: readonly JobId[]; all: boolean },
    questions: readonly EventQuestion[],
  ): Promise<{ standings: RunStanding[]; pages: EventPage[]; horizon: string }>;
}
