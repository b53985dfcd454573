import type { JobId } from '#foundation';
import type { JobKind, JobRequest } from '#jobs';
import { z } from 'zod';

/** Kinds of jobs that are done by schedule. */
export const SCHEDULED_KINDS = ['refresh', 'import', 'train'] as const satisfies JobKind[];
export type ScheduledKind = (typeof SCHEDULED_KINDS)[number];

/** What a schedule may be called. */
export const scheduleName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and -, and begin with a letter or digit');

/** What a schedule is set to. */
export interface ScheduleSettings {
  name: string;
  kind: ScheduledKind;
  /** What the job is given. */
  input: JobRequest<ScheduledKind>;
  /** Five fields, as in crontab(5). */
  cron: string;
  /** Of the IANA database. */
  timeZone: string;
  /** false: nothing is started, and what comes due meanwhile is not caught up. */
  isEnabled: boolean;
}

/** A job that is started again and again. */
export interface Schedule extends ScheduleSettings {
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  updatedBy: string;
  /** When it is to be started next; while it is paused, when it would have been. */
  nextDue: Date;
  /** What it was started for last; null: never. */
  lastDue: Date | null;
  /** The run that was started then; null, too, when it is no longer remembered. */
  lastRun: JobId | null;
  /** When it came due last and was left out, because the run before still went; null: never. */
  skippedDue: Date | null;
}
