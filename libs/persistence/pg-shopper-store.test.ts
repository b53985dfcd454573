import fc from 'fast-check';
import { type ProductId, Random } from '#foundation';
import { EVENT_TYPES, type EventType, type NewEvent } from '#shoppers';
import { parseFilter } from '#filters';
import { type ProductCard, SIGNAL_WEIGHTS } from '#similarity';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { importProducts } from '../../test/support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { factsOf, productCard } from '../../test/support/products.js';
import { type Database, openDatabase } from './database.js';
import { openPool } from './connection.js';
import { migrate } from './migrate.js';
import { PgShopperStore } from './pg-shopper-store.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

let place: TestDatabase;
let database: Database;
let minutes = 0;
/** A minute of its own: what is popular is summed up once a minute. */
const anotherNow = () => new Date(NOW.getTime() + 60_000 * (minutes += 1));

beforeAll(async () => {
  place = await createTestDatabase(migrate);
  database = await openDatabase(place.connection);
  await importCards([
    productCard('coat', { styleId: 'coats' as never, category: 'coats' }),
    productCard('coat--blue', { styleId: 'coats' as never, category: 'coats' }),
    productCard('dress', { category: 'dresses' }),
    productCard('sold-out', { inStock: false }),
    ...Array.from({ length: 8 }, (_, i) => productCard(`p${i}`)),
  ]);
});
beforeEach(async () => {
  await queryOnce(place.connection, 'DELETE FROM shopper_event');
});
afterAll(async () => {
  await database?.close();
  await place?.drop();
});

const importCards = (cards: ProductCard[]) =>
  importProducts(
    database,
    cards.map((card) => ({ card, facts: factsOf(card) })),
  );

const record = (events: NewEvent[], receivedAt = NOW) => database.shoppers.record(events, receivedAt);

let told = 0;
const event = (type: EventType, productId: string, at = NOW, shopperId = 'ines'): NewEvent => ({
  ...{ shopperId, type, productId: productId as ProductId, at, recommendationId: null, answer: null },
  eventId: `e${(told += 1)}`,
});
const ask = {
  ...{ filter: null, now: NOW, count: 10, excludeProducts: [], excludeStyles: [], onePerStyle: false },
};
const all = { limit: 9, until: null };
const ids = (products: { productId: string }[]) => products.map(({ productId }) => productId);

describe('events', () => {
  it('count once, however often and however many at once they come', async () => {
    const [one, two] = [event('view', 'coat'), event('cart', 'coat')];
    expect(await record([one, one, two])).toBe(2);
    expect(await record([two, one])).toBe(0);
    const batches = Array.from({ length: 6 }, (_, i) => [event('view', 'coat', NOW, `s${i % 2}`), one, two]);
    const counts = await Promise.all(batches.map((batch) => record(batch)));
    expect(counts).toEqual([1, 1, 1, 1, 1, 1]);
    // The same id of another shopper is another event.
    expect(await record([{ ...one, shopperId: 'another' }])).toBe(1);
  });

  it('are shown newest first, to the last, and erased to the last, of one shopper alone', async () => {
    const { shoppers } = database;
    const mine = [event('view', 'coat', daysAgo(2)), event('wishlist', 'dress', daysAgo(1)), event('click', 'p1', NOW)];
    await record([...mine, event('view', 'coat', NOW, 'another')]);
    const shown = mine.map(({ answer: _, ...one }) => one);
    expect(await shoppers.eventsOf('ines', 2)).toEqual({ total: 3, events: [shown[2], shown[1]] });
    expect(await shoppers.erase('ines')).toBe(3);
    expect(await shoppers.eventsOf('ines', 9)).toEqual({ total: 0, events: [] });
    expect(await shoppers.signalsOf('ines', all)).toEqual([]);
    expect((await shoppers.eventsOf('another', 9)).total).toBe(1);
  });

  it('are signals, but for clicks and impressions; impressions say when a product was shown last', async () => {
    const { shoppers } = database;
    await record([
      ...EVENT_TYPES.map((type, i) => event(type, 'coat', daysAgo(i))),
      event('impression', 'coat', daysAgo(0.5)),
      event('impression', 'dress', daysAgo(3)),
    ]);
    const signals = await shoppers.signalsOf('ines', all);
    expect(signals.map(({ type }) => type)).toEqual(Object.keys(SIGNAL_WEIGHTS));
    expect(await shoppers.signalsOf('ines', { ...all, limit: 2 })).toEqual(signals.slice(0, 2));
    expect(await shoppers.shownTo('ines', daysAgo(1), all)).toEqual(new Map([['coat', daysAgo(0.5)]]));
  });

  it('are taken back by the removal of a wish or of a piece in the cart, and count again when they come again', async () => {
    const { shoppers } = database;
    const known = async (until: Date | null = null) =>
      (await shoppers.signalsOf('ines', { ...all, until })).map(({ type, productId }) => `${type} ${productId}`).sort();
    await record([event('wishlist', 'coat', daysAgo(5)), event('wishlist', 'dress', daysAgo(5))], daysAgo(5));
    await record([event('cart', 'coat', daysAgo(5)), event('wishlist', 'coat', daysAgo(5), 'another')], daysAgo(5));
    await record([event('wishlist-removal', 'coat', daysAgo(3))], daysAgo(3));
    expect(await known()).toEqual(['cart coat', 'wishlist dress']);
    expect(await known(daysAgo(4))).toEqual(['cart coat', 'wishlist coat', 'wishlist dress']);
    expect(await shoppers.signalsOf('another', all)).toHaveLength(1);
    await record([event('wishlist', 'coat', daysAgo(2)), event('cart-removal', 'coat', daysAgo(1))]);
    expect(await known()).toEqual(['wishlist coat', 'wishlist dress']);
    // Told late: what it takes back was told before it.
    await record([event('wishlist-removal', 'dress', daysAgo(4))]);
    expect(await known()).toEqual(['wishlist coat']);
  });

  it('are read as they were known at a time: one that is told late is not among them', async () => {
    const { shoppers } = database;
    await record([event('view', 'coat', daysAgo(3)), event('impression', 'coat', daysAgo(3))], daysAgo(3));
    await record([event('view', 'dress', daysAgo(4)), event('impression', 'dress', daysAgo(4))], daysAgo(1));
    const known = async (until: Date | null) => [
      (await shoppers.signalsOf('ines', { ...all, until })).map(({ productId }) => productId),
      [...(await shoppers.shownTo('ines', daysAgo(9), { ...all, until })).keys()].sort(),
    ];
    expect(await known(daysAgo(2))).toEqual([['coat'], ['coat']]);
    expect(await known(daysAgo(1))).toEqual([
      ['coat', 'dress'],
      ['coat', 'dress'],
    ]);
    expect(await known(null)).toEqual([
      ['coat', 'dress'],
      ['coat', 'dress'],
    ]);
    expect(await known(daysAgo(5))).toEqual([[], []]);
  });

  it('of before a time are removed, and no others', async () => {
    const { shoppers } = database;
    await record([1, 2, 3, 4].map((days) => event('view', 'coat', daysAgo(days))));
    expect(await shoppers.dropBefore(daysAgo(2))).toBe(2);
    expect(await shoppers.dropBefore(daysAgo(2))).toBe(0);
    expect((await shoppers.eventsOf('ines', 9)).events.map(({ at }) => at)).toEqual([daysAgo(1), daysAgo(2)]);
  });

  it('of no known kind are refused by the table itself', async () => {
    await expect(record([event('love' as EventType, 'coat')])).rejects.toThrow('type_check');
  });
});

describe('the shelves', () => {
  it('are ordered by the decayed weight of the newest event of each shopper, product and kind', async () => {
    const products = Array.from({ length: 8 }, (_, i) => `p${i}`);
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 30 }), async (seed, count) => {
        const random = new Random(seed);
        const now = anotherNow();
        const events = Array.from({ length: count }, () =>
          event(
            random.pick(EVENT_TYPES),
            random.pick(products),
            new Date(now.getTime() - Math.floor(random.between(0, 40 * DAY_MS))),
            random.pick(['a', 'b', 'c']),
          ),
        );
        await queryOnce(place.connection, 'DELETE FROM shopper_event');
        await record(events);
        const weights = new Map<string, number>();
        for (const { shopperId, type, productId, at } of events) {
          const isNewest = !events.some(
            (other) =>
              other.shopperId === shopperId && other.type === type && other.productId === productId && other.at > at,
          );
          const age = (now.getTime() - at.getTime()) / DAY_MS;
          const weight = Object.entries(SIGNAL_WEIGHTS).find(([signal]) => signal === type)?.[1];
          if (weight === undefined || age >= 28 || !isNewest) continue;
          weights.set(productId, (weights.get(productId) ?? 0) + weight * 2 ** (-age / 7));
        }
        const expected = [...weights].filter(([, weight]) => weight > 0).sort((a, b) => b[1] - a[1]);
        expect(ids(await database.shoppers.popular({ ...ask, now }))).toEqual(expected.map(([id]) => id));
      }),
      { numRuns: 25 },
    );
  });

  it('go by the newest signals where there are too many, past all clicks and impressions', async () => {
    const pool = openPool(place.connection);
    onTestFinished(() => pool.end());
    await record([
      ...['a', 'b', 'c'].map((shopper) => event('purchase', 'p1', daysAgo(2), shopper)),
      ...['a', 'b'].map((shopper) => event('view', 'p2', daysAgo(1), shopper)),
      ...['a', 'b', 'c', 'd'].map((shopper) => event('impression', 'p3', daysAgo(0), shopper)),
    ]);
    const popular = (mostSummed: number) => new PgShopperStore(pool, { mostSummed }).popular({ ...ask, now: NOW });
    expect(ids(await popular(5))).toEqual(['p1', 'p2']);
    expect(ids(await popular(2))).toEqual(['p2']);
    const client = await pool.connect();
    await client.query('SET enable_seqscan = off; SET enable_sort = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT FROM shopper_event WHERE type IN ('view', 'wishlist', 'cart', 'purchase', 'dislike') AND at > $1
       ORDER BY at DESC LIMIT 2`,
      [NOW],
    );
    client.release();
    expect(rows.map((row) => row['QUERY PLAN']).join()).toContain('shopper_event_signal_at_idx');
  });

  it('stay as they were while they cannot be summed up, and the operator hears of it', async () => {
    const troubles: [string, boolean][] = [];
    const onTrouble = (message: string, error: unknown) => void troubles.push([message, error instanceof Error]);
    const watched = await openDatabase(place.connection, { statementMs: 500, onTrouble });
    const { shoppers } = watched;
    const locking = openPool(place.connection);
    onTestFinished(async () => {
      await locking.end();
      await watched.close();
    });
    await record([event('view', 'p1', NOW)]);
    const popular = async (now: Date) => ids(await shoppers.popular({ ...ask, now }));
    expect(await popular(anotherNow())).toEqual(['p1']);
    const client = await locking.connect();
    await client.query('BEGIN; LOCK TABLE shopper_event');
    const failing = anotherNow();
    expect(await popular(failing)).toEqual(['p1']);
    expect([shoppers.popularityFailingSince, troubles]).toEqual([
      failing,
      [['What is popular could not be summed up: what was before, or what is new, is shown', true]],
    ]);
    await client.query('ROLLBACK');
    client.release();
    await record([event('wishlist', 'p2', NOW)]);
    expect(await popular(anotherNow())).toEqual(['p2', 'p1']);
    expect([shoppers.popularityFailingSince, troubles.at(-1)]).toEqual([
      null,
      ['What is popular is summed up again', false],
    ]);
  });

  it('hold what passes filter and exclusions, one of a style where asked', async () => {
    const { shoppers } = database;
    await record(
      ['coat', 'coat--blue', 'dress', 'sold-out', 'gone'].flatMap((id, i) =>
        Array.from({ length: 6 - i }, (_, shopper) => event('view', id, NOW, `s${shopper}`)),
      ),
    );
    const popular = async (more: object) => ids(await shoppers.popular({ ...ask, now: anotherNow(), ...more }));
    expect(await popular({})).toEqual(['coat', 'coat--blue', 'dress', 'sold-out']);
    expect(await popular({ onePerStyle: true })).toEqual(['coat', 'dress', 'sold-out']);
    expect(await popular({ onePerStyle: true, count: 2 })).toEqual(['coat', 'dress']);
    const where = (filter: string) => popular({ filter: parseFilter(filter), excludeProducts: ['coat'] });
    expect(await where('inStock')).toEqual(['coat--blue', 'dress']);
    expect(await where("category = 'Dresses' OR attribute.season = 'fw26'")).toEqual(['dress']);
    expect(await where("NOT attribute.season = 'fw26' AND age <= 14")).toEqual(['coat--blue', 'dress', 'sold-out']);
    expect(await popular({ excludeStyles: ['coats'] })).toEqual(['dress', 'sold-out']);
  });

  it('hold new arrivals, newest first; an import that brings a product again makes it no newer', async () => {
    const { shoppers } = database;
    await queryOnce(place.connection, `UPDATE product SET first_seen = '2026-01-01'`);
    await importCards([productCard('fresh'), productCard('coat')]);
    // The rest is no longer in the feed.
    expect(ids(await shoppers.newest(ask))).toEqual(['fresh', 'coat']);
  });
});
