import { type Clock, type ProductId, sha256, WeftError } from '#foundation';
import type { CatalogReader } from '#similarity';
import type { AnswerOfEvent, NewEvent, ShopperEvent, ToldEvent } from './event.js';
import type { EventStore } from './event-store.js';
import { markOf, type RecommendationIds } from './recommendation-ids.js';

const DAY_MS = 86_400_000;
/** How far a storefront's clock may be ahead. */
const AHEAD_MS = 5 * 60_000;

/** An event that is not kept. */
export interface RejectedEvent {
  /** Its position among those that were told, from 0. */
  index: number;
  code: 'product-unknown' | 'time-ahead' | 'time-past' | 'recommendation-unknown' | 'recommendation-without-product';
  /** A sentence for people. */
  reason: string;
}

/** What became of events: `stored + repeated + rejected.length` is `received`. */
export interface RecordedEvents {
  received: number;
  stored: number;
  /** Known already, or told twice at once. */
  repeated: number;
  rejected: RejectedEvent[];
}

/** What is kept of shoppers: takes it in, shows it and erases it. */
export class EventService {
  constructor(
    private readonly store: EventStore,
    private readonly catalog: Pick<CatalogReader, 'resolve'>,
    private readonly ids: RecommendationIds,
    private readonly clock: Clock,
    /** How long events are kept, in days. */
    private readonly keptDays: number,
  ) {}

  /** Keeps what can be kept, and says of each other event why not. */
  async record(told: readonly ToldEvent[]): Promise<RecordedEvents> {
    const now = this.clock.now();
    const products = await this.catalog.resolve([...new Set(told.map(({ productId }) => productId))]);
    const rejected: RejectedEvent[] = [];
    const kept: NewEvent[] = [];
    for (const [index, event] of told.entries()) {
      const judged = await this.judge(event, products.get(event.productId), now);
      if ('code' in judged) rejected.push({ index, ...judged });
      else kept.push(judged);
    }
    const stored = kept.length === 0 ? 0 : await this.store.record(kept, now);
    return { received: told.length, stored, repeated: kept.length - stored, rejected };
  }

  /** @throws WeftError `shopper-unknown` */
  async show(shopperId: string, limit: number): Promise<{ total: number; events: ShopperEvent[] }> {
    const kept = await this.store.eventsOf(shopperId, limit);
    if (kept.total > 0) return kept;
    throw new WeftError('shopper-unknown', 'Nothing is kept of this shopper.', { value: shopperId });
  }

  /** @returns how many events there were */
  erase(shopperId: string): Promise<number> {
    return this.store.erase(shopperId);
  }

  /** The event as it is kept, or why it is not. */
  private async judge(event: ToldEvent, productId: ProductId | undefined, now: Date): Promise<NewEvent | Fault> {
    if (productId === undefined) {
      return fault('product-unknown', `There is no product or offer ${event.productId} in the catalogue.`);
    }
    const late = this.faultOfTime(event.at ?? now, now);
    if (late !== null) return late;
    const answer = await this.answerOf(event, productId);
    if (answer !== null && 'code' in answer) return answer;
    return asKept({ ...event, productId }, answer, now);
  }

  private faultOfTime(at: Date, now: Date): Fault | null {
    if (at.getTime() > now.getTime() + AHEAD_MS) {
      return fault('time-ahead', `${at.toISOString()} is more than five minutes ahead.`);
    }
    if (at.getTime() >= now.getTime() - this.keptDays * DAY_MS) return null;
    return fault('time-past', `${at.toISOString()} is longer ago than the ${this.keptDays} days that events are kept.`);
  }

  private async answerOf({ recommendationId }: ToldEvent, productId: ProductId): Promise<AnswerOfEvent | Fault | null> {
    if (recommendationId === undefined) return null;
    const answer = await this.ids.read(recommendationId);
    if (answer === null) return fault('recommendation-unknown', 'The recommendationId is none that was given here.');
    const { results, ...facts } = answer;
    const mark = markOf(productId);
    const result = results.find((one) => one.mark === mark);
    if (result !== undefined) return { ...facts, rules: result.rules };
    return fault('recommendation-without-product', `${productId} was no result of that answer.`);
  }
}

type Fault = Omit<RejectedEvent, 'index'>;

function fault(code: Fault['code'], reason: string): Fault {
  return { code, reason };
}

function asKept(event: ToldEvent & Pick<ShopperEvent, 'productId'>, answer: AnswerOfEvent | null, now: Date): NewEvent {
  const { id, type, shopperId, productId, at = now, recommendationId = null } = event;
  const said = [type, shopperId, productId, at.toISOString(), recommendationId];
  // Not to be mistaken for an id that a storefront gives.
  const eventId = id ?? `sha256:${sha256(JSON.stringify(said)).slice(0, 40)}`;
  // A clock may be ahead within the tolerance; nothing has happened later than it came in. And one may be behind: nothing
  // follows from an answer before it was given.
  const latest = at > now ? now : at;
  const possible = answer !== null && latest < answer.at ? answer.at : latest;
  return { shopperId, eventId, type, productId, at: possible, recommendationId, answer };
}
