import { GROUPINGS, type GroupSums } from '#attribution';
import fc from 'fast-check';
import { Random } from '#foundation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerModel } from '../../test/support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { experimentOf } from '../../test/support/experiments.js';
import { explainingPool, MANY_EVENTS } from '../../test/support/explaining-pool.js';
import { naiveSums } from '../../test/support/naive/attribution.js';
import { DRAWN_MODELS, drawAnswers, drawEvents } from '../../test/support/shopper-events.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { PgAttributionStore } from './pg-attribution-store.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase(migrate);
  database = await openDatabase(place.connection);
  for (const version of new Set(DRAWN_MODELS.values())) await registerModel(database, version);
  for (const [id, version] of DRAWN_MODELS) {
    await queryOnce(place.connection, `INSERT INTO generation (id, model_version) VALUES (${id}, '${version}')`);
  }
  for (const name of ['first', 'second']) {
    await database.experiments.insert(experimentOf(name, { scenarios: [name] }));
  }
});
afterAll(async () => {
  await database?.close();
  await place?.drop();
});

/** What the naive sums call a group. */
function nameOf({ scenario, modelVersion, rule, experiment, arm }: GroupSums): string {
  if (scenario !== undefined) return JSON.stringify(scenario);
  if (modelVersion !== undefined) return JSON.stringify(modelVersion);
  if (rule !== undefined) return JSON.stringify(rule);
  return JSON.stringify([experiment === 'first' ? 1 : 2, arm]);
}

describe('rates', () => {
  it('are sums over shoppers of what was shown to each, and of what the last touch of each answer led to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 150 }), async (seed, count) => {
        const random = new Random(seed);
        const events = drawEvents(random, drawAnswers(random, 8, NOW, 12), count, NOW, 12);
        await queryOnce(place.connection, 'DELETE FROM shopper_event');
        await database.shoppers.record(events, NOW);
        const span = { from: daysAgo(random.between(5, 12)), until: daysAgo(random.between(0, 4)) };
        const windowDays = 1 + random.int(3);
        for (const by of GROUPINGS) {
          const found = await database.attribution.sums(by, span, windowDays, NOW);
          const expected = naiveSums(events, by, span, windowDays, NOW, DRAWN_MODELS);
          expect(found.map(nameOf).sort()).toEqual([...expected.keys()].sort());
          for (const group of found) {
            const shoppers = expected.get(nameOf(group))!;
            const sum = (of: (shopper: (typeof shoppers)[number]) => number) =>
              shoppers.reduce((total, shopper) => total + of(shopper), 0);
            const ofAction = (action: 'click' | 'wishlist' | 'cart' | 'purchase') => ({
              hits: sum((shopper) => shopper[action]),
              hitsSquared: sum((shopper) => shopper[action] ** 2),
              product: sum((shopper) => shopper[action] * shopper.shown),
            });
            expect(group).toMatchObject({
              clusters: shoppers.filter(({ shown }) => shown > 0).length,
              units: sum(({ shown }) => shown),
              unitsSquared: sum(({ shown }) => shown ** 2),
              open: sum(({ open }) => open),
              withoutImpression: sum(({ unseen }) => unseen),
              actions: {
                click: ofAction('click'),
                wishlist: ofAction('wishlist'),
                cart: ofAction('cart'),
                purchase: ofAction('purchase'),
              },
            });
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('by model are of all its generations, and outlive them', async () => {
    const random = new Random(3);
    await queryOnce(place.connection, 'DELETE FROM shopper_event');
    await database.shoppers.record(drawEvents(random, drawAnswers(random, 12, NOW, 3), 200, NOW, 3), NOW);
    const rates = () => database.attribution.sums('model', { from: daysAgo(9), until: NOW }, 7, NOW);
    const before = await rates();
    expect(before.map(nameOf).sort()).toEqual(['"another-model"', '"the-model"', 'null']);
    await queryOnce(place.connection, 'DELETE FROM generation WHERE id = 3');
    expect(await rates()).toEqual(before);
  });

  it('forget a shopper who is erased', async () => {
    const random = new Random(4);
    const events = drawEvents(random, drawAnswers(random, 8, NOW, 3), 100, NOW, 3);
    await queryOnce(place.connection, 'DELETE FROM shopper_event');
    await database.shoppers.record(events, NOW);
    await database.shoppers.erase('shopper-1');
    const span = { from: daysAgo(9), until: NOW };
    const found = await database.attribution.sums('scenario', span, 7, NOW);
    const without = naiveSums(
      events.filter(({ shopperId }) => shopperId !== 'shopper-1'),
      ...(['scenario', span, 7, NOW, DRAWN_MODELS] as const),
    );
    expect(new Map(found.map((group) => [nameOf(group), group.clusters]))).toEqual(
      new Map([...without].map(([key, shoppers]) => [key, shoppers.filter(({ shown }) => shown > 0).length])),
    );
  });
  it('of a day read the answers of that day, and no more', async () => {
    await queryOnce(place.connection, 'DELETE FROM shopper_event');
    await queryOnce(place.connection, MANY_EVENTS);
    await queryOnce(place.connection, 'ANALYZE shopper_event');
    const { pool, plans, close } = await explainingPool(place.connection);
    const [group] = await new PgAttributionStore(pool).sums(
      'scenario',
      { from: daysAgo(30), until: daysAgo(29) },
      7,
      NOW,
    );
    await close();
    expect(group).toMatchObject({ scenario: 'home', units: 500, actions: { click: { hits: 50 } } });
    expect(plans[0]).toContain('shopper_event_answered_at_idx');
    expect(plans[0]).not.toContain('Seq Scan on shopper_event');
  });
});
