import type { ExperimentService } from '#experiments';
import type { Clock } from '#foundation';
import type { EventStore } from '#shoppers';
import type { WebhookStore } from '#webhooks';
import type { Logger } from 'pino';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** How long messages of webhooks are remembered after they were taken, or given up. */
const MESSAGE_DAYS = 30;

/**
 * Removes events of shoppers, and messages of webhooks, when their time is over, at once and every hour, after what came out
 * of experiments was kept.
 * Several workers may do so beside each other.
 *
 * @returns what stops it
 */
export function sweepEvents(
  store: Pick<EventStore, 'dropBefore'>,
  experiments: Pick<ExperimentService, 'settle'>,
  webhooks: Pick<WebhookStore, 'dropBefore'>,
  keptDays: number,
  clock: Clock,
  log: Pick<Logger, 'info' | 'error'>,
): () => Promise<void> {
  const sweep = async () => {
    try {
      await experiments.settle();
      const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
      const dropped = await store.dropBefore(daysAgo(keptDays));
      if (dropped > 0) log.info({ events: dropped }, 'events past their time removed');
      const messages = await webhooks.dropBefore(daysAgo(MESSAGE_DAYS));
      if (messages > 0) log.info({ messages }, 'messages of webhooks past their time removed');
    } catch (error) {
      // The next hour tries again.
      log.error({ err: error }, 'events past their time could not be removed');
    }
  };
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep);
  }, HOUR_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await sweeping;
  };
}
