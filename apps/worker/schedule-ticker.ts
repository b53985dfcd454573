import { messageOf } from '#foundation';
import type { ScheduleService } from '#schedules';
import type { Logger } from 'pino';

/** How often schedules are looked at: this late a job may begin. */
const TICK_MS = 10_000;

/**
 * Starts what is due by schedule, at once and every ten seconds. Several workers may do so beside each other.
 *
 * @returns what stops it
 */
export function tickSchedules(
  schedules: Pick<ScheduleService, 'tick'>,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
): () => Promise<void> {
  /** What failed last of each schedule: it is tried at every tick, and said once. */
  const failures = new Map<string, string>();
  const tick = async () => {
    try {
      for (const ticked of await schedules.tick()) {
        const { name, due } = ticked;
        if ('started' in ticked) {
          failures.delete(name);
          log.info({ schedule: name, due, job: ticked.started }, 'scheduled job started');
        } else if ('goesOn' in ticked) {
          log.warn({ schedule: name, due, job: ticked.goesOn }, 'the run before still goes on: nothing is started');
        } else if (failures.get(name) !== messageOf(ticked.failed)) {
          failures.set(name, messageOf(ticked.failed));
          log.error(
            { schedule: name, due, err: ticked.failed },
            'a scheduled job could not be started; it is tried again',
          );
        }
      }
      failures.delete('');
    } catch (error) {
      if (failures.get('') === messageOf(error)) return;
      failures.set('', messageOf(error));
      log.error({ err: error }, 'schedules could not be looked at; they are looked at again');
    }
  };
  let ticking: Promise<void> | null = null;
  const begin = () => {
    ticking ??= tick().finally(() => {
      ticking = null;
    });
  };
  begin();
  const timer = setInterval(begin, TICK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await ticking;
  };
}
