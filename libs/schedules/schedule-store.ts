import type { JobId } from '#foundation';
import type { Schedule, ScheduleSettings } from './schedule.js';

/** What became of a schedule that was due, or whose next time was wrong. */
export type ScheduleStep = Pick<Schedule, 'nextDue'> &
  Partial<Pick<Schedule, 'lastDue' | 'skippedDue'>> & { lastRun?: JobId };

/** The port to the table `schedule`. Implemented by #persistence. */
export interface ScheduleStore {
  /** By name. */
  list(): Promise<Schedule[]>;
  find(name: string): Promise<Schedule | null>;
  /** Makes it, or sets it anew; what it was started for before is kept. */
  save(settings: ScheduleSettings, nextDue: Date, by: string, at: Date): Promise<Schedule>;
  /** @returns false when there is none */
  remove(name: string): Promise<boolean>;
  /**
   * Begins its job and notes the run, in a transaction that holds the row.
   *
   * @returns false when another holds it, or there is none
   */
  start(name: string, begin: (schedule: Schedule) => Promise<JobId>): Promise<boolean>;
  /**
   * Decides about each enabled schedule in a transaction of its own that holds the row, so that one worker does so at a time; a
   * row that another holds is left to it. What `decide` gives is written in that transaction; it ends with its holder.
   *
   * @param decide null: nothing is to be written
   */
  forEach(decide: (schedule: Schedule) => Promise<ScheduleStep | null>): Promise<void>;
}
