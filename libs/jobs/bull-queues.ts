import Bull from 'bull';
import type { JobId } from '#foundation';
import { z } from 'zod';
import { JOB_KINDS, type JobKind } from './job-inputs.js';
import type { JobRun } from './job-run.js';
import { type RedisAddress, redisOptions } from './redis-address.js';

/** All that Redis knows of a job: which row to look at. */
const payloadSchema = z.strictObject({ id: z.uuid().transform((id) => id as JobId) });
type JobPayload = z.output<typeof payloadSchema>;

/** How fast Bull takes a wake-up from a worker that gives no sign of life; shorter in tests. */
export interface LockSettings {
  /** It belongs to its worker for this long after the last one, in milliseconds. */
  lockMs: number;
  /** How often workers look for such, in milliseconds. */
  checkMs: number;
}

/**
 * Whoever has a run proves it in Postgres, so that a lock of Bull that expires too early costs a wake-up for nothing; one that
 * expires late leaves a wake-up with a dead worker.
 */
export const DEFAULT_LOCKS: LockSettings = { lockMs: 5_000, checkMs: 2_000 };
/** How long a worker pauses when Bull has lost the job that it is done with, in milliseconds. */
const PAUSE_MS = 500;
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
        retryProcessDelay: PAUSE_MS,
      },
    });
    queue.on('error', onError);
    return queue;
  };
  return Object.fromEntries(JOB_KINDS.map((kind) => [kind, open(kind)])) as BullQueues;
}

/**
 * Wakes a worker, which looks in the database what is due. Does nothing while Redis has a wake-up for this start of the run; one
 * that a dead worker was given for an earlier start is not in the way.
 */
export async function wake(
  queues: BullQueues,
  { id, kind, starts }: Pick<JobRun, 'id' | 'kind' | 'starts'>,
): Promise<void> {
  const payload = payloadSchema.parse({ id });
  await queues[kind].add(payload, { jobId: `${id}-${starts}`, removeOnComplete: true, removeOnFail: true });
}
