import { armOf, type Experiment } from '#experiments';
import fc from 'fast-check';
import { Random } from '#foundation';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerModel } from '../../test/support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { experimentOf } from '../../test/support/experiments.js';
import { explainingPool, MANY_EVENTS } from '../../test/support/explaining-pool.js';
import { naiveTally } from '../../test/support/naive/experiment-tally.js';
import { drawAnswers, drawEvents } from '../../test/support/shopper-events.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { PgExperimentStore } from './pg-experiment-store.js';

const NOW = new Date('2026-11-24T12:00:00Z');

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase(migrate);
  database = await openDatabase(place.connection);
  await registerModel(database, 'the-model');
});
beforeEach(async () => {
  await queryOnce(place.connection, 'TRUNCATE experiment, shopper_event, generation CASCADE');
});
afterAll(async () => {
  await database?.close();
  await place?.drop();
});

const begin = async (name: string, more: Partial<Experiment> = {}) => {
  const begun = await database.experiments.insert(experimentOf(name, more));
  expect(begun).not.toHaveProperty('code');
  return begun as Experiment;
};
const generation = async (state: string) => {
  const [row] = (await queryOnce(
    place.connection,
    `INSERT INTO generation (model_version, state, products, images, ready_at)
     VALUES ('the-model', '${state}', 1, 1, now()) RETURNING id`,
  )) as [{ id: number }];
  return row.id;
};

describe('experiments', () => {
  it('are kept as they were begun, and end once', async () => {
    const begun = await begin('one', { scenarios: ['home', 'detail'], treatmentShare: 0.25 });
    expect(begun).toEqual({
      ...experimentOf('one', { scenarios: ['home', 'detail'], treatmentShare: 0.25 }),
      id: begun.id,
    });
    expect(await database.experiments.find('one')).toEqual(begun);
    expect(await database.experiments.list()).toEqual([begun]);
    const stopped = await database.experiments.stop('one', NOW, 'somebody');
    expect(stopped).toEqual({ ...begun, stoppedAt: NOW, stoppedBy: 'somebody' });
    expect(await database.experiments.stop('one', new Date(), 'another')).toEqual(stopped);
    expect(await database.experiments.stop('none', NOW, 'somebody')).toBeNull();
    expect(await database.experiments.find('none')).toBeNull();
  });

  it('keep what they came to as it was first settled', async () => {
    const { id } = await begin('one');
    const tally = (hits: number) => {
      const arm = { exposed: 12, observed: 11, hits };
      return { isFull: true, arms: { control: arm, treatment: arm }, strayed: 1 };
    };
    expect(await database.experiments.settle(id, tally(3))).toEqual(tally(3));
    expect(await database.experiments.settle(id, tally(4))).toEqual(tally(3));
    expect((await database.experiments.find('one'))?.settled).toEqual(tally(3));
  });

  it('run on their placements, or on all, one at a time', async () => {
    const { experiments } = database;
    await begin('home', { scenarios: ['home', 'cart'] });
    expect(await experiments.running('home')).toMatchObject({ name: 'home' });
    expect([await experiments.running('detail'), await experiments.running(null)]).toEqual([null, null]);
    expect(await experiments.insert(experimentOf('home'))).toEqual({ code: 'name-taken' });
    for (const scenarios of [[], ['detail', 'cart']]) {
      expect(await experiments.insert(experimentOf('two', { scenarios }))).toEqual({ code: 'overlap', name: 'home' });
    }
    await begin('detail', { scenarios: ['detail'] });
    await experiments.stop('home', NOW, 'test');
    await experiments.stop('detail', NOW, 'test');
    await begin('everywhere');
    expect(await experiments.running(null)).toMatchObject({ name: 'everywhere' });
    expect(await experiments.insert(experimentOf('late', { scenarios: ['x'] }))).toMatchObject({ code: 'overlap' });
  });

  it('that begin at the same moment take turns, and one of them is too late', async () => {
    const begun = await Promise.all(
      Array.from({ length: 6 }, (_, i) => database.experiments.insert(experimentOf(`e${i}`))),
    );
    expect(begun.filter((one) => 'code' in one)).toHaveLength(5);
  });

  it('keep their generations from being dropped for as long as they run, and need them to be there', async () => {
    const [ready, other] = [await generation('ready'), await generation('ready')];
    const arms = {
      control: { generation: other, settings: {} },
      treatment: { generation: ready, settings: {} },
    };
    await begin('generations', { arms });
    expect(await database.generations.drop(ready)).toBe(false);
    expect(await database.generations.drop(other)).toBe(false);
    await database.experiments.stop('generations', NOW, 'test');
    expect(await database.generations.drop(ready)).toBe(true);
    expect(await database.experiments.insert(experimentOf('late', { arms }))).toEqual({
      ...{ code: 'generation-missing', generation: ready },
    });
  });
});

describe('a tally', () => {
  it('counts shoppers by when they first saw which arm, and no further than both arms need', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 0, max: 120 }),
        fc.constantFrom('click' as const, 'purchase' as const),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 1, 4),
        async (seed, count, metric, control, treatment, daysAgo) => {
          const random = new Random(seed);
          await queryOnce(place.connection, 'TRUNCATE experiment, shopper_event RESTART IDENTITY');
          const experiment = await begin('one', {
            metric,
            windowDays: 1 + random.int(4),
            needed: { control, treatment },
          });
          expect(experiment.id).toBe(1);
          const events = drawEvents(random, drawAnswers(random, 4, NOW, 9), count, NOW, 9).map((event) => {
            const { answer } = event;
            if (!answer?.inExperiment || random.next() < 0.05) return event;
            const arm = armOf(experiment, event.shopperId);
            return { ...event, answer: { ...answer, inExperiment: { ...answer.inExperiment, arm } } };
          });
          await database.shoppers.record(events, NOW);
          const until = new Date(NOW.getTime() - daysAgo * 86_400_000);
          expect(await database.experiments.tally(experiment, until)).toEqual(naiveTally(experiment, events, until));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads what carries the experiment, and no more', async () => {
    const experiment = await begin('one', { needed: { control: 1_000, treatment: 1_000 } });
    await queryOnce(place.connection, MANY_EVENTS);
    await queryOnce(place.connection, 'ANALYZE shopper_event');
    const { pool, plans, close } = await explainingPool(place.connection);
    const { arms, strayed } = await new PgExperimentStore(pool).tally({ ...experiment, id: 1 }, NOW);
    await close();
    expect(arms.control.exposed + arms.treatment.exposed + strayed).toBeGreaterThan(100);
    expect(plans[0]).toContain('shopper_event_experiment_idx');
    expect(plans[0]).not.toContain('Seq Scan on shopper_event');
  });
});
