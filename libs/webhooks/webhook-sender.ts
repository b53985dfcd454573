import { setTimeout as sleep } from 'node:timers/promises';
import type { Fetcher } from '#fetching';
import type { Clock, Random } from '#foundation';
import { attempt, type Attempt } from './attempt.js';
import { pauseAfter } from './backoff.js';
import type { ClaimedDelivery, Outcome, WebhookStore } from './webhook-store.js';

/** Messages under way at a time, each to another webhook. */
const AT_ONCE = 8;
const POLL_MS = 1_000;
/** Longer than an attempt may take: whoever holds a message this long is dead. */
const LEASE_MS = 30_000;

/** Where the sender writes what happened; pino's shape. */
export interface SenderLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface SenderOptions {
  /** @default 30000 */
  leaseMs?: number;
  /** Between looks at the outbox that found nothing. @default 1000 */
  pollMs?: number;
  /** Longest that a receiver may take; shorter than the lease. @default 15000 */
  attemptMs?: number;
  /** @default {@link pauseAfter} */
  pause?: typeof pauseAfter;
}

/**
 * Empties the outbox of webhooks. Any number may run, in any process: a message belongs to who claimed it, until its lease
 * ends. One whose sender was killed is sent again, under the same id: at least once.
 */
export class WebhookSender {
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private wakeUp = new AbortController();
  private isAway = false;
  private readonly running: Promise<void>;

  /** Begins at once. */
  constructor(
    private readonly store: Pick<WebhookStore, 'claim' | 'record'>,
    private readonly fetcher: Pick<Fetcher, 'post'>,
    private readonly clock: Clock,
    private readonly random: Pick<Random, 'next'>,
    private readonly log: SenderLog,
    private readonly options: SenderOptions = {},
  ) {
    this.running = this.run();
  }

  /** Claims nothing more, breaks off what is under way, and leaves it to the next sender. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.abort();
    await this.running;
    await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    const { leaseMs = LEASE_MS, pollMs = POLL_MS } = this.options;
    while (!this.stopping.signal.aborted) {
      const claimed = await this.claim(AT_ONCE - this.underWay.size, leaseMs);
      for (const delivery of claimed) {
        const work = this.send(delivery).finally(() => {
          this.underWay.delete(work);
          // Its webhook may have more.
          this.wakeUp.abort();
        });
        this.underWay.add(work);
      }
      await sleep(pollMs, undefined, { signal: this.wakeUp.signal }).catch(() => undefined);
      this.wakeUp = new AbortController();
    }
  }

  private async claim(most: number, leaseMs: number): Promise<ClaimedDelivery[]> {
    if (most === 0) return [];
    try {
      const claimed = await this.store.claim(most, leaseMs);
      if (this.isAway) this.log.info({}, 'messages of webhooks are sent again');
      this.isAway = false;
      return claimed;
    } catch (error) {
      if (!this.isAway) this.log.warn({ err: error }, 'messages of webhooks wait for the database');
      this.isAway = true;
      return [];
    }
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const { id, webhook, attempts } = delivery;
    const outcome = await this.outcomeOf(delivery);
    try {
      await this.store.record(delivery, outcome);
    } catch (error) {
      // Its lease ends, and it is sent again.
      this.log.warn({ err: error, webhook, delivery: id }, 'what came of a message of a webhook was not recorded');
    }
    if (outcome.state === 'gone') this.log.warn({ webhook }, 'a webhook answered 410 and is told nothing more');
    if (outcome.state !== 'failed') return;
    const { error, status, retryInMs } = outcome;
    const next = retryInMs === null ? 'it is dead' : `it is tried again in ${Math.round(retryInMs / 1000)} s`;
    this.log.warn(
      { webhook, delivery: id, attempts, status },
      `a message of a webhook was not taken: ${error} ${next}`,
    );
  }

  private async outcomeOf(delivery: ClaimedDelivery): Promise<Outcome> {
    let made: Attempt;
    try {
      made = await attempt(this.fetcher, delivery, this.clock, this.stopping.signal, this.options.attemptMs);
    } catch (error) {
      if (this.stopping.signal.aborted) return { state: 'unknown' };
      throw error;
    }
    const { status, error, retryAfterMs } = made;
    if (status === 410) return { state: 'gone', status };
    if (error === null && status !== null) return { state: 'delivered', status };
    const { pause = pauseAfter } = this.options;
    const retryInMs = pause(delivery.attempts, retryAfterMs, this.random);
    return { state: 'failed', status, error: error ?? '', retryInMs };
  }
}
