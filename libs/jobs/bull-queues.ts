import Bull from 'bull';
import type { JobId } from '#foundation';
import { z } from 'zod';
import { JOB_KINDS, type JobKind } from './job-inputs.js';
import { type RedisAddress, redisOptions } from './redis-address.js';

/** All that Redis knows of a job: which row to look at. */
export const payloadSchema = z.strictObject({ id: z.uuid().transform((id) => id as JobId) });
export type JobPayload = { id: JobId };

/** How fast a dead worker's job is taken up again; shorter in tests. */
export interface LockSettings {
  /** A job belongs to its worker for this long after the last sign of life. */
  lockMs: number;
  /** How often workers look for jobs whose owner gave no sign of life. */
  checkMs: number;
}

export const DEFAULT_LOCKS: LockSettings = { lockMs: 15_000, checkMs: 5_000 };
/** How soon another worker takes a run that was handed back. */
const RETRY_MS = 1_000;
export const DEFAULT_PREFIX = 'weft';

export type BullQueues = Record<JobKind, Bull.Queue<JobPayload>>;

/** One Bull queue per kind of job, so that a long training never keeps an import waiting. */
export function openBullQueues(
  redis: RedisAddress,
  prefix: string,
  locks: LockSettings,
  onError: (error: Error) => void,
): BullQueues {
  const open = (kind: JobKind): Bull.Queue<JobPayload> => {
    const queue = new Bull<JobPayload>(kind, {
      redis: redisOptions(redis),
      prefix,
      settings: {
        lockDuration: locks.lockMs,
        lockRenewTime: locks.lockMs / 3,
        stalledInterval: locks.checkMs,
        // Bull would fail the job at its second lost worker. How often a run may be tried is decided by its row.
        maxStalledCount: 1_000_000,
        guardInterval: 1_000,
      },
    });
    queue.on('error', onError);
    return queue;
  };
  return Object.fromEntries(JOB_KINDS.map((kind) => [kind, open(kind)])) as BullQueues;
}

/** Wakes a worker for this run. Does nothing when the queue already holds the run. */
export async function wake(queues: BullQueues, kind: JobKind, id: JobId): Promise<void> {
  await queues[kind].add(
    { id },
    {
      jobId: id,
      // Handlers' errors end in the row; what Bull retries is a run that was handed back, or a database that was away.
      // What outlasts these tries is found by the worker's regular look at the unfinished runs.
      attempts: 100,
      backoff: { type: 'fixed', delay: RETRY_MS },
      removeOnComplete: true,
      removeOnFail: true,
    },
  );
}
