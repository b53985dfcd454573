import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Timing } from './retrying.js';
import { type RecordedEvents, ShopperEvents } from './shopper-events.js';
import { WeftFailure } from './weft-failure.js';

type Sent = { id?: string; type: string; productId: string; shopperId: string }[];

/** Events of one shopper, whose time passes when `pass` is called, told to a service that answers in turn. */
function eventsOf(answers: (Error | 'silence')[] = []) {
  const sent: Sent[] = [];
  const options: unknown[] = [];
  const waits: { pass: () => void; signal: AbortSignal }[] = [];
  const timing: Timing = {
    now: () => 0,
    random: () => 0.5,
    wait: (_ms, signal) => new Promise((resolve) => waits.push({ pass: resolve, signal })),
  };
  const post = async (_path: string, { body, ...more }: { body: { events: Sent } }) => {
    sent.push(body.events);
    options.push(more);
    const answer = answers.shift();
    if (answer === 'silence') return new Promise(() => undefined);
    if (answer !== undefined) throw answer;
    return { received: body.events.length, stored: body.events.length, repeated: 0, rejected: [] };
  };
  const told: RecordedEvents[] = [];
  const failures: unknown[] = [];
  const events = new ShopperEvents({ post } as never, 'ana', {
    onTold: (answer) => told.push(answer),
    onFailure: (error) => failures.push(error),
    timing,
  });
  return { events, sent, options, waits, told, failures };
}
const view = (productId: string) => ({ type: 'view' as const, productId });
const products = (sent: Sent[]) => sent.map((events) => events.map(({ productId }) => productId));

describe('ShopperEvents', () => {
  it('sends what is told within a time together, for its shopper, in a request that outlives the page', async () => {
    const { events, sent, options, waits, told } = eventsOf();
    events.tell(view('a'));
    events.tell({ ...view('b'), id: 'mine' });
    expect([sent, waits.length]).toEqual([[], 1]);
    waits[0]?.pass();
    await expect.poll(() => told).toEqual([{ received: 2, stored: 2, repeated: 0, rejected: [] }]);
    expect(sent).toEqual([
      [
        { ...view('a'), id: expect.stringMatching(/^[0-9a-f]{32}$/) as string, shopperId: 'ana' },
        { ...view('b'), id: 'mine', shopperId: 'ana' },
      ],
    ]);
    expect(options).toEqual([{ isRepeatable: true, outlivesPage: true }]);
  });

  it('sends twenty at once, without waiting, and no empty request', async () => {
    const { events, sent } = eventsOf();
    await events.flush();
    for (let i = 0; i < 45; i += 1) events.tell(view(String(i)));
    await events.flush();
    expect(sent.map(({ length }) => length)).toEqual([20, 20, 5]);
    expect(products(sent).flat()).toEqual(Array.from({ length: 45 }, (_, i) => String(i)));
  });

  it('tells a click and an impression once for each answer and product, by their ids', () => {
    const { events, sent } = eventsOf(['silence']);
    const click = { type: 'click' as const, productId: 'a', recommendationId: 'r'.repeat(512) };
    const told = [click, click, { ...click, type: 'impression' as const }, { ...click, productId: 'b' }];
    for (const event of [...told, { ...click, recommendationId: 's' }, view('a'), view('a')]) events.tell(event);
    void events.flush();
    const [first, again, ...others] = (sent[0] ?? []).map(({ id }) => id ?? '');
    expect(first).toBe(again);
    expect(new Set([first, ...others]).size).toBe(6);
    for (const id of [first, ...others]) expect(id?.length).toBeLessThanOrEqual(64);
  });

  it('has ids of a fixed length, whatever products are called', () => {
    const { events, sent } = eventsOf();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 512 }), (productId) => {
        sent.length = 0;
        events.tell({ type: 'impression', productId, recommendationId: 'r' });
        void events.flush();
        expect(sent[0]?.[0]?.id).toMatch(/^impression-[0-9a-f]{1,16}$/);
      }),
    );
  });

  it('sends again what failed in passing, with the next, and gives up what is refused', async () => {
    const unreachable = new WeftFailure('unreachable', 'It cannot be reached.');
    const refused = new WeftFailure('scope-missing', 'The key may not.', { status: 403 });
    const { events, sent, failures, told } = eventsOf([unreachable, refused]);
    events.tell({ ...view('a'), id: '1' });
    await events.flush();
    events.tell({ ...view('b'), id: '2' });
    await events.flush();
    events.tell({ ...view('c'), id: '3' });
    await events.flush();
    expect(products(sent)).toEqual([['a'], ['a', 'b'], ['c']]);
    expect(failures).toEqual([unreachable, refused]);
    expect(told).toHaveLength(1);
  });

  it('keeps the newest two hundred while nobody answers', async () => {
    const { events, sent } = eventsOf(
      Array<Error>(1_000).fill(new WeftFailure('unreachable', 'It cannot be reached.')),
    );
    for (let i = 0; i < 300; i += 1) {
      events.tell(view(String(i)));
      if (i % 10 === 9) await events.flush();
    }
    sent.length = 0;
    await events.flush();
    expect(products(sent).flat()).toEqual(Array.from({ length: 200 }, (_, i) => String(i + 100)));
  });
});
