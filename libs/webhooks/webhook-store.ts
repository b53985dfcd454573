import type { Delivery, DeliveryState, Webhook } from './webhook.js';

/** A message that a worker has the right to send until its lease ends. */
export interface ClaimedDelivery {
  /** Of the outbox; not shown. */
  seq: number;
  id: string;
  webhook: number;
  url: string;
  secret: Uint8Array;
  body: string;
  /** This one included. */
  attempts: number;
  leasedUntil: Date;
}

/** How an attempt ended. `gone`: the webhook is to be told nothing more. */
export type Outcome =
  | { state: 'delivered'; status: number }
  | { state: 'failed'; status: number | null; error: string; retryInMs: number | null }
  | { state: 'gone'; status: number }
  /** The worker is closing: nothing is known of the attempt, and it is made again. */
  | { state: 'unknown' };

/** The port to webhooks and their outbox, which the database itself fills. Implemented by #persistence. */
export interface WebhookStore {
  /** @returns null when there are `most` already */
  add(
    webhook: Pick<Webhook, 'url' | 'kinds' | 'createdBy' | 'createdAt'> & { secret: Uint8Array },
    most: number,
  ): Promise<Webhook | null>;
  list(): Promise<Webhook[]>;
  find(id: number): Promise<(Webhook & { secret: Uint8Array }) | null>;
  /** With its messages. @returns whether there was one */
  remove(id: number): Promise<boolean>;
  /** Newest first. */
  deliveries(webhook: number, state: DeliveryState | null, limit: number): Promise<Delivery[]>;
  /** Dead -> pending, to be tried at once, with as many attempts as a new one. @returns whether it was dead */
  retry(webhook: number, delivery: string): Promise<boolean>;
  /**
   * Takes what is due: one message of each webhook that nobody is sending to, the oldest whose subject has no older one
   * pending. Each belongs to the caller for `leaseMs`.
   */
  claim(most: number, leaseMs: number): Promise<ClaimedDelivery[]>;
  /** Ends the lease, unless another one has begun. */
  record(claimed: ClaimedDelivery, outcome: Outcome): Promise<void>;
  /** Removes messages that ended before a time. @returns how many there were */
  dropBefore(before: Date): Promise<number>;
}
