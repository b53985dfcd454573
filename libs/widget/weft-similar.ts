import { type Recommendation, type Recommendations, type Schemas, type ShopperEvents, WeftClient } from '#client';
import { drawCard, drawSkeleton, writeReason } from './card.js';
import { make } from './elements.js';
import { replaceItems } from './moved.js';
import { SeenWatch } from './seen-watch.js';
import { styles } from './styles.js';
import { eventsOf } from './told-events.js';

/** What a shopper did: signals of POST /v1/recommendations. */
export type Signals = NonNullable<Schemas['RecommendationRequest']['signals']>;

/** `detail` of `weft-select` and `weft-impression`. */
export interface ResultDetail {
  result: Recommendation;
  /** Place in the list, from 1. */
  position: number;
  /** The whole answer, with what names it. */
  answer: Recommendations;
}

/** Grey shapes where `count` is not given: how many results come is known when they are there. */
const SHAPES = 8;

/**
 * `<weft-similar product="ID">`: products that look like one product; with `shopper-id`, for that shopper's arm of an experiment.
 * `<weft-similar shopper-id="ID">`: what suits a shopper whose events are kept; with `signals` (JSON, or the property) what suits
 * someone who did this, both where both are given. None of the three: nothing is shown.
 *
 * Attributes: `service` (default: where this module came from), `key`, `count`, `dial`, `filter`, `scenario`, `link` (a
 * template: `/p/{productId}`), and its words: `heading`, `heading-fallback`, `text-empty`, `text-error`, `text-retry`,
 * `text-sold-out`. The slot `tools` is beside the heading. Prices are written in the language that the nearest `lang` names.
 *
 * With `send-events` and a `shopper-id` it tells the service which results were seen and followed.
 *
 * Events, which cross shadow roots: `weft-select` before a result is followed, which a page may prevent to go its own way, and
 * `weft-impression` once a result was seen (both {@link ResultDetail}), `weft-results` (detail: the answer), `weft-error` (detail:
 * what was thrown). `data-state` is idle, loading, results, empty or error.
 */
export class WeftSimilar extends HTMLElement {
  static readonly observedAttributes = [
    ...['service', 'key', 'product', 'shopper-id', 'signals', 'count', 'dial', 'filter', 'scenario', 'link'],
    ...['heading', 'heading-fallback'],
  ];

  private readonly heading = make('h2', 'heading', { id: 'heading' });
  private readonly status = make('div', 'aside', { role: 'status' });
  private readonly list = make('ul', 'list', { role: 'list' });
  private readonly retry = make('button', 'retry', { type: 'button' });
  private readonly body = make('div', null);
  private readonly section = make(
    'section',
    null,
    { 'aria-labelledby': 'heading', tabindex: '-1' },
    make('header', 'header', {}, this.heading, make('slot', null, { name: 'tools' })),
    this.status,
    this.body,
  );
  /** The cards on show, by product. */
  private cards = new Map<string, HTMLLIElement>();
  /** What is told of each card on show: its place in the answer. */
  private shown = new Map<Element, ResultDetail>();
  private readonly watch = new SeenWatch((card) => this.noteSeen(card));
  private isFallback = false;
  private running: AbortController | null = null;
  private isDue = false;
  private ownSignals: Signals | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [styles()];
    root.append(this.section);
    this.retry.addEventListener('click', () => {
      this.section.focus();
      this.reload();
    });
  }

  /** What the shopper did; wins over the attribute. */
  get signals(): Signals | null {
    return this.ownSignals ?? (JSON.parse(this.getAttribute('signals') ?? 'null') as Signals | null);
  }

  set signals(signals: Signals | null) {
    this.ownSignals = signals;
    this.reload();
  }

  connectedCallback(): void {
    this.reload();
  }

  disconnectedCallback(): void {
    this.running?.abort();
    this.watch.stop();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === 'heading' || name === 'heading-fallback') this.showHeading();
    else {
      // Where cards lead to and what they look like is drawn into them.
      if (name === 'link' || name === 'service') this.cards.clear();
      this.reload();
    }
  }

  /** Asks anew, once for all attributes that change together. */
  reload(): void {
    if (this.isDue || !this.isConnected) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      if (this.isConnected) void this.load();
    });
  }

  private async load(): Promise<void> {
    this.running?.abort();
    if (this.dataset['state'] !== 'results') this.isFallback = false;
    this.showHeading();
    const { signal } = (this.running = new AbortController());
    try {
      const asked = this.ask(signal);
      if (asked === null) return this.show('idle');
      this.showLoading();
      const answer = await asked;
      if (!signal.aborted) this.showAnswer(answer);
    } catch (error) {
      if (!signal.aborted) this.showError(error);
    }
  }

  private ask(signal: AbortSignal): Promise<Recommendations> | null {
    const product = this.getAttribute('product');
    const asked = {
      ...this.givenNumber('count'),
      ...this.givenNumber('dial'),
      ...this.given('filter', 'filter'),
      ...this.given('scenario', 'scenario'),
      // Beside a product it only divides shoppers where an experiment runs.
      ...this.given('shopperId', 'shopper-id'),
    };
    if (product !== null) {
      if (product === '') return null;
      return this.client().get('/v1/products/{id}/similar', { path: { id: product }, query: asked, signal });
    }
    const signals = this.signals ?? [];
    if (signals.length === 0 && asked.shopperId === undefined) return null;
    const body = { ...asked, signals };
    return this.client().post('/v1/recommendations', { body, isRepeatable: true, signal });
  }

  private client(): WeftClient {
    return new WeftClient({ service: this.service, key: this.getAttribute('key') ?? undefined });
  }

  private get service(): string {
    return this.getAttribute('service') ?? new URL('.', import.meta.url).href;
  }

  /** What tells this shopper's events; null where the page does not want that. */
  private events(): ShopperEvents | null {
    const { shopperId } = this.given('shopperId', 'shopper-id');
    if (shopperId === undefined || !this.hasAttribute('send-events')) return null;
    return eventsOf(this.client(), { service: this.service, key: this.getAttribute('key'), shopperId });
  }

  /** An attribute as a member, where it is given and not empty. */
  private given<Name extends string>(name: Name, attribute: string): { [N in Name]?: string } {
    const text = this.getAttribute(attribute) ?? '';
    return (text === '' ? {} : { [name]: text }) as { [N in Name]?: string };
  }

  private givenNumber<Name extends 'count' | 'dial'>(name: Name): { [N in Name]?: number } {
    const text = this.given(name, name)[name];
    return (text === undefined ? {} : { [name]: Number(text) }) as { [N in Name]?: number };
  }

  private showHeading(): void {
    const words = this.getAttribute('heading') ?? (this.hasAttribute('product') ? 'Similar items' : 'For you');
    // Nothing is for a shopper of whom nothing is known.
    const instead = this.getAttribute('heading-fallback') ?? 'Popular and new';
    this.heading.textContent = this.isFallback ? instead : words;
  }

  private showLoading(): void {
    // Results of another setting stay on show until the new ones are there.
    if (this.dataset['state'] === 'results') this.section.setAttribute('aria-busy', 'true');
    else this.show('loading', drawSkeleton(Math.min(this.givenNumber('count').count ?? SHAPES, 12)));
  }

  private showAnswer(answer: Recommendations): void {
    const { results } = answer;
    this.isFallback = answer.fallback !== null;
    this.showHeading();
    if (results.length === 0) {
      this.show('empty', make('p', 'message', {}, this.text('empty', 'Nothing like it was found.')));
    } else {
      if (this.dataset['state'] !== 'results') this.cards.clear();
      this.show('results', this.list);
      const cards = new Map(results.map((result) => [result.productId, this.cardOf(result)]));
      this.cards = cards;
      this.shown.clear();
      results.forEach((result, i) => {
        const card = cards.get(result.productId);
        const link = card?.querySelector('a');
        if (!card || !link) return;
        const detail = { result, position: i + 1, answer };
        this.shown.set(card, detail);
        writeReason(card, result.because?.text ?? null);
        link.onclick = (event) => this.select(event, detail);
        // The middle button opens another tab.
        link.onauxclick = (event) => event.button === 1 && this.select(event, detail);
      });
      replaceItems(this.list, [...cards.values()]);
      this.watch.watch(cards.values());
    }
    this.status.textContent = `${this.heading.textContent}: ${results.length}`;
    this.emit('weft-results', answer);
  }

  private cardOf(result: Recommendation): HTMLLIElement {
    const known = this.cards.get(result.productId);
    if (known !== undefined) return known;
    return drawCard(result, {
      weft: this.client(),
      language: this.closest('[lang]')?.getAttribute('lang') ?? navigator.language,
      link: this.getAttribute('link'),
      soldOut: this.text('sold-out', 'Sold out'),
    });
  }

  private select(event: Event, detail: ResultDetail): void {
    if (!this.emit('weft-select', detail)) event.preventDefault();
    this.tell('click', detail);
  }

  private noteSeen(card: Element): void {
    const detail = this.shown.get(card);
    if (detail === undefined) return;
    this.emit('weft-impression', detail);
    this.tell('impression', detail);
  }

  private tell(
    type: 'click' | 'impression',
    { result: { productId }, answer: { recommendationId } }: ResultDetail,
  ): void {
    this.events()?.tell({ type, productId, recommendationId });
  }

  private showError(error: unknown): void {
    this.retry.textContent = this.text('retry', 'Try again');
    this.show(
      'error',
      make('p', 'message', { role: 'alert' }, this.text('error', 'This could not be loaded.')),
      this.retry,
    );
    this.emit('weft-error', error);
  }

  /** Words that the page may replace. */
  private text(name: 'empty' | 'error' | 'retry' | 'sold-out', words: string): string {
    return this.getAttribute(`text-${name}`) ?? words;
  }

  private show(state: 'idle' | 'loading' | 'results' | 'empty' | 'error', ...content: HTMLElement[]): void {
    this.dataset['state'] = state;
    if (state !== 'results') this.watch.stop();
    this.section.setAttribute('aria-busy', String(state === 'loading'));
    this.status.textContent = '';
    if (content.length !== this.body.childNodes.length || content.some((part, i) => this.body.childNodes[i] !== part)) {
      this.body.replaceChildren(...content);
    }
  }

  private emit(type: string, detail: unknown): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));
  }
}
