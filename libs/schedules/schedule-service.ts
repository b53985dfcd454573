import { type Clock, type JobId, WeftError } from '#foundation';
import { type JobAsk, type JobQueue, type JobRun, type JobStore, parseJobInput } from '#jobs';
import { Cron } from './cron.js';
import type { Schedule, ScheduleSettings } from './schedule.js';
import type { ScheduleStep, ScheduleStore } from './schedule-store.js';

/** What a tick did with one schedule, for the log. */
export type Ticked = { name: string; due: Date } & ({ started: JobId } | { goesOn: JobId } | { failed: unknown });

/** Due times that are shown ahead. */
const SHOWN = 3;

/** Jobs that are started again and again. The table is the truth: what Redis forgets is still due. */
export class ScheduleService {
  constructor(
    private readonly store: ScheduleStore,
    private readonly jobs: Pick<JobStore, 'find'>,
    private readonly queue: Pick<JobQueue, 'enqueue'>,
    private readonly clock: Clock,
  ) {}

  list(): Promise<Schedule[]> {
    return this.store.list();
  }

  /** @throws WeftError `schedule-unknown` */
  async show(name: string): Promise<Schedule> {
    const schedule = await this.store.find(name);
    if (schedule === null) throw unknown(name);
    return schedule;
  }

  /**
   * Makes a schedule, or sets it anew: it is due next at the first time from now on.
   *
   * @param by who wants it, as in the record of jobs
   * @throws WeftError `schedule-invalid`, `job-input-invalid`
   */
  async set(settings: ScheduleSettings, by: string): Promise<Schedule> {
    const { kind, input, cron, timeZone } = settings;
    parseJobInput(kind, input);
    const now = this.clock.now();
    return this.store.save(settings, new Cron(cron, timeZone).next(now), by, now);
  }

  /** What comes due while it is paused is not caught up. @throws WeftError `schedule-unknown` */
  async pause(name: string, by: string): Promise<Schedule> {
    return this.set({ ...settingsOf(await this.show(name)), isEnabled: false }, by);
  }

  /** @throws WeftError `schedule-unknown` */
  async resume(name: string, by: string): Promise<Schedule> {
    return this.set({ ...settingsOf(await this.show(name)), isEnabled: true }, by);
  }

  /** What it has started goes on. @throws WeftError `schedule-unknown` */
  async remove(name: string): Promise<void> {
    if (!(await this.store.remove(name))) throw unknown(name);
  }

  /**
   * Starts its job now, whatever the time, paused or not; when it is due next does not change.
   *
   * @throws WeftError `schedule-unknown`; `schedule-busy` while the run before goes on
   */
  async run(name: string, ask: Pick<JobAsk, 'requestedBy' | 'requestId'>): Promise<JobRun> {
    await this.show(name);
    let run: JobRun | null = null;
    await this.store.start(name, async ({ kind, input, lastRun }) => {
      const going = await this.goingOn(lastRun);
      if (going !== null) {
        throw new WeftError('schedule-busy', `The last run of ${name} still goes on, job ${going}.`, {
          value: { job: going },
          remedy: 'Wait for its end, or cancel it.',
        });
      }
      run = await this.queue.enqueue(kind, input, ask);
      return run.id;
    });
    if (run !== null) return run;
    throw new WeftError('schedule-busy', `${name} is being started by another just now.`, { value: { job: null } });
  }

  /** When it is due next, and then, and then; none while it is paused. */
  upcoming({ cron, timeZone, nextDue, isEnabled }: Schedule): Date[] {
    if (!isEnabled) return [];
    const times = [nextDue];
    const known = new Cron(cron, timeZone);
    while (times.length < SHOWN) times.push(known.next(times.at(-1) ?? nextDue));
    return times;
  }

  /**
   * Starts what is due. To be called again and again, by any number of workers.
   *
   * However long nobody looked, a schedule is caught up once. The instant that it is due at is part of the run's key: whoever
   * starts it a second time, after a crash or by a clock that went back, gets the run that there is.
   *
   * @returns what was due
   */
  async tick(): Promise<Ticked[]> {
    const ticked: Ticked[] = [];
    await this.store.forEach(async (schedule) => {
      const { nextDue, lastDue } = schedule;
      const now = this.clock.now();
      const cron = new Cron(schedule.cron, schedule.timeZone);
      // A clock that ran ahead may have done what is due later; it is not done again.
      const next = cron.next(lastDue !== null && lastDue > now ? lastDue : now);
      // A clock that has gone back: what was put off for a time that is far away now.
      if (nextDue > now) return nextDue > next ? { nextDue: next } : null;
      const step = await this.startDue(schedule, ticked);
      return step && { ...step, nextDue: next };
    });
    return ticked;
  }

  private async startDue(schedule: Schedule, ticked: Ticked[]): Promise<Omit<ScheduleStep, 'nextDue'> | null> {
    const { name, kind, input, nextDue: due, lastRun } = schedule;
    const going = await this.goingOn(lastRun);
    if (going !== null) {
      ticked.push({ name, due, goesOn: going });
      return { skippedDue: due };
    }
    try {
      const key = `weft:schedule:${name}:${due.toISOString()}`;
      const run = await this.queue.enqueue(kind, input, { requestedBy: `schedule ${name}`, key });
      ticked.push({ name, due, started: run.id });
      return { lastDue: due, lastRun: run.id };
    } catch (error) {
      // Started before by a clock that has gone back since, and set otherwise meanwhile.
      if (error instanceof WeftError && error.code === 'idempotency-key-reused') return { lastDue: due };
      ticked.push({ name, due, failed: error });
      return null;
    }
  }

  private async goingOn(run: JobId | null): Promise<JobId | null> {
    const last = run === null ? null : await this.jobs.find(run);
    return last?.state === 'queued' || last?.state === 'running' ? last.id : null;
  }
}

function settingsOf({ name, kind, input, cron, timeZone, isEnabled }: Schedule): ScheduleSettings {
  return { name, kind, input, cron, timeZone, isEnabled };
}

function unknown(name: string): WeftError {
  return new WeftError('schedule-unknown', `There is no schedule ${name}.`, {
    value: name,
    remedy: 'weft schedule list',
  });
}
