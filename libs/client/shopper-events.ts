import type { Schemas } from './calls.js';
import { isPassing, realTiming, type Timing } from './retrying.js';
import type { WeftClient } from './weft-client.js';

type SentEvent = Schemas['EventsRequest']['events'][number];
/** What a shopper did, as POST /v1/events takes it, but for the shopper. */
export type ShopperEvent = Omit<SentEvent, 'shopperId'>;
/** What became of events that were sent. */
export type RecordedEvents = Schemas['RecordedEvents'];

/** Who hears what became of events. */
export interface EventOptions {
  /** Of each request that came through; it may have kept some and rejected others. */
  onTold?: (answer: RecordedEvents) => void;
  /** Of each request that did not. What failed in passing goes out again with what is told next. */
  onFailure?: (error: unknown) => void;
  /** @default the real one */
  timing?: Timing;
}

/** Events of one request: the service counts so many as one call. */
const SENT_AT_ONCE = 20;
/** How long events are gathered before they go out together. */
const GATHERED_MS = 2_000;
/** Events that wait while the service cannot be reached; of more the oldest are lost. */
const MOST_WAITING = 200;

/**
 * Tells what one shopper does: gathers events, sends them together, and what waits when the page is left in a request that
 * outlives it. Fails for itself alone: nothing here throws or rejects.
 *
 * ```ts
 * const events = new ShopperEvents(weft, shopperId);
 * events.tell({ type: 'wishlist', productId });
 * ```
 */
export class ShopperEvents {
  private waiting: SentEvent[] = [];
  /** Of these, what was told since they last went out. */
  private fresh = 0;
  private gathering: AbortController | null = null;
  private readonly sending = new Set<Promise<void>>();
  private readonly timing: Timing;

  /** @param shopperId yours, opaque and not to be guessed: a page's key may ask what is recommended to any */
  constructor(
    private readonly weft: Pick<WeftClient, 'post'>,
    private readonly shopperId: string,
    private readonly options: EventOptions = {},
  ) {
    this.timing = options.timing ?? realTiming;
    const page = globalThis as Partial<Pick<EventTarget, 'addEventListener'>>;
    // Where there is a page. A phone may end it while it is hidden, without another word.
    for (const leaving of ['pagehide', 'visibilitychange']) {
      page.addEventListener?.(leaving, () => void this.flush());
    }
  }

  /**
   * Takes an event; it goes out within two seconds.
   *
   * Without an `id` it has one of its own; a click or an impression that carries its answer has that of product and answer, and
   * counts once however often it is told.
   */
  tell(event: ShopperEvent): void {
    this.waiting.push({ ...event, id: event.id ?? idOf(event), shopperId: this.shopperId });
    this.waiting = this.waiting.slice(-MOST_WAITING);
    this.fresh += 1;
    if (this.fresh >= SENT_AT_ONCE) void this.flush();
    else this.gather();
  }

  /** Sends what waits, now. Resolves when all that was sent so far came through or failed. */
  async flush(): Promise<void> {
    this.gathering?.abort();
    this.gathering = null;
    this.fresh = 0;
    if (this.waiting.length > 0) {
      const sent = this.sendAll(this.waiting.splice(0));
      this.sending.add(sent);
      void sent.finally(() => this.sending.delete(sent));
    }
    await Promise.all(this.sending);
  }

  /** All at once: the page may be about to end. */
  private async sendAll(events: SentEvent[]): Promise<void> {
    const requests: Promise<SentEvent[]>[] = [];
    for (let at = 0; at < events.length; at += SENT_AT_ONCE)
      requests.push(this.send(events.slice(at, at + SENT_AT_ONCE)));
    const left = (await Promise.all(requests)).flat();
    this.waiting = [...left, ...this.waiting].slice(-MOST_WAITING);
  }

  private gather(): void {
    if (this.gathering !== null) return;
    const { signal } = (this.gathering = new AbortController());
    this.timing.wait(GATHERED_MS, signal).then(
      () => this.flush(),
      () => undefined,
    );
  }

  /** @returns those that are to be sent again */
  private async send(events: SentEvent[]): Promise<SentEvent[]> {
    try {
      const answer = await this.weft.post('/v1/events', { body: { events }, isRepeatable: true, outlivesPage: true });
      this.options.onTold?.(answer);
      return [];
    } catch (error) {
      this.options.onFailure?.(error);
      return isPassing(error) ? events : [];
    }
  }
}

/** Of at most 64 characters, whatever the ids it is made from. */
function idOf({ type, productId, recommendationId }: ShopperEvent): string {
  const isOfAnswer = (type === 'click' || type === 'impression') && recommendationId !== undefined;
  if (isOfAnswer) return `${type}-${hashOf(JSON.stringify([recommendationId, productId]))}`;
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, '0')).join('');
}

/**
 * FNV-1a of 64 bits (Fowler, Noll, Vo): tells the events of one shopper apart, and keeps no secret. `crypto.subtle` has better
 * ones, but none on a page without TLS.
 */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16);
}
