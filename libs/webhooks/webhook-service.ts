import type { Fetcher } from '#fetching';
import { type Clock, WeftError } from '#foundation';
import { attempt, type Attempt } from './attempt.js';
import { newSecret, secretText } from './signature.js';
import type { Delivery, DeliveryState, Webhook, WebhookRequest } from './webhook.js';
import type { WebhookStore } from './webhook-store.js';

/** Each change that is told is written once for each of them. */
const MOST_WEBHOOKS = 20;

/** Webhooks as people handle them. What is told, and when, is up to the database and the worker. */
export class WebhookService {
  constructor(
    private readonly store: WebhookStore,
    private readonly fetcher: Pick<Fetcher, 'post'>,
    private readonly clock: Clock,
    private readonly newId: () => string,
  ) {}

  list(): Promise<Webhook[]> {
    return this.store.list();
  }

  /**
   * @param by who asks, for the record
   * @returns the webhook, and its secret, which is not shown again
   * @throws WeftError `too-many-webhooks`
   */
  async add({ url, kinds }: WebhookRequest, by: string): Promise<{ webhook: Webhook; secret: string }> {
    const secret = newSecret();
    const asked = { url, kinds, secret, createdAt: this.clock.now(), createdBy: by };
    const webhook = await this.store.add(asked, MOST_WEBHOOKS);
    if (webhook !== null) return { webhook, secret: secretText(secret) };
    throw new WeftError('too-many-webhooks', `There are ${MOST_WEBHOOKS} webhooks, and no more are kept.`, {
      remedy: 'Remove one: weft webhook remove ID',
    });
  }

  /**
   * Removes a webhook with all its messages.
   *
   * @throws WeftError `webhook-unknown`
   */
  async remove(id: number): Promise<void> {
    if (!(await this.store.remove(id))) throw unknown(id);
  }

  /**
   * Posts a message of the kind `webhook.test` at once and once, and says what came of it. Nothing of it is kept.
   *
   * @throws WeftError `webhook-unknown`
   */
  async test(id: number, signal: AbortSignal): Promise<Attempt> {
    const webhook = await this.store.find(id);
    if (webhook === null) throw unknown(id);
    const timestamp = this.clock.now().toISOString();
    const body = JSON.stringify({ type: 'webhook.test', timestamp, data: { webhook: id } });
    return attempt(this.fetcher, { ...webhook, id: this.newId(), body }, this.clock, signal);
  }

  /**
   * The newest messages.
   *
   * @throws WeftError `webhook-unknown`
   */
  async deliveries(id: number, state: DeliveryState | null, limit: number): Promise<Delivery[]> {
    if ((await this.store.find(id)) === null) throw unknown(id);
    return this.store.deliveries(id, state, limit);
  }

  /**
   * Has a dead message tried again, as often as a new one.
   *
   * @throws WeftError `webhook-unknown`, `delivery-not-dead`
   */
  async retry(id: number, delivery: string): Promise<void> {
    if ((await this.store.find(id)) === null) throw unknown(id);
    if (await this.store.retry(id, delivery)) return;
    throw new WeftError('delivery-not-dead', `Webhook ${id} has no dead message ${delivery}.`, {
      value: delivery,
      remedy: 'Look which there are: weft webhook deliveries ID --state dead',
    });
  }
}

function unknown(id: number): WeftError {
  return new WeftError('webhook-unknown', `There is no webhook ${id}.`, {
    value: id,
    remedy: 'Look which there are: weft webhook list',
  });
}
