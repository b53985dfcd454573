import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '#evaluation';
import type { ModelVersion, ProductId } from '#foundation';
import { GenerationService } from '#generations';
import { type Database, migrate, openDatabase } from '#persistence';
import { batchOf, newImport, offerOf, productOf, registerModel } from '../support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';
import { seededModel } from '../support/seeded-model.js';
import { findOf, judgementOf } from '../support/verdicts.js';

const [OLD, NEW] = ['old', 'new'] as [ModelVersion, ModelVersion];
const silent = () => undefined;
const ADA = { by: 'Ada' };

describe('promotions', () => {
  let place: TestDatabase;
  let database: Database;
  let service: GenerationService;

  beforeEach(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    service = new GenerationService(database.generations);
    await importProducts(20);
    for (const [day, version] of [OLD, NEW].entries()) {
      await registerModel(database, version, day + 1);
      await service.embed(seededModel(version, { by: 'the night' }), silent);
    }
  });

  afterEach(async () => {
    await database.close();
    await place.drop();
  });

  async function importProducts(count: number, category: string | null = null): Promise<void> {
    const importId = newImport();
    const products = Array.from({ length: count }, (_, i) =>
      productOf(`p-${i}`, `s-${i}`, [`main-${i}`], { category }),
    );
    const offers = products.map(({ productId }) => offerOf(productId, productId));
    await database.catalog.saveBatch(importId, batchOf(products, offers));
    await database.catalog.finishImport(importId);
  }

  const activeId = async () => (await database.generations.active())?.id;
  const log = async () =>
    (await database.generations.promotions(10)).map(
      ({ action, generation, previousGeneration, by, reason, verdict }) => ({
        ...{ action, generation, previousGeneration, by, reason, outcome: verdict?.judgement.outcome ?? null },
      }),
    );
  const first = {
    action: 'activated-first',
    generation: 1,
    previousGeneration: null,
    by: 'the night',
    reason: null,
    outcome: null,
  };

  it('asks for a verdict first, and says how', async () => {
    await expect(service.promote(2, ADA)).rejects.toMatchObject({ code: 'verdict-missing', value: 2 });
    expect(await activeId()).toBe(1);
    expect(await log()).toEqual([first]);
  });

  it.each<[Outcome, boolean, boolean]>([
    ['better', false, true],
    ['no-worse', true, true],
    ['undecided', false, true],
    ['undecided', true, false],
    ['worse', false, false],
    ['worse', true, false],
  ])('%s, where nobody watches: %s; served: %s; and it is recorded', async (outcome, isAutomatic, isServed) => {
    const verdict = await findOf(database, 2, outcome);
    const promotion = service.promote(NEW, { ...ADA, isAutomatic });
    const entry = { generation: 2, previousGeneration: 1, by: 'Ada', reason: null, outcome };
    if (isServed) {
      expect(await promotion).toEqual({ generation: 2, modelVersion: NEW, retired: 1 });
      expect(await log()).toEqual([{ ...entry, action: 'promoted' }, first]);
    } else {
      await expect(promotion).rejects.toMatchObject({ code: 'promotion-refused', verdict });
      await expect(promotion).rejects.toThrow(`Generation 2 is not promoted: The figures say: ${outcome}.`);
      expect(await log()).toEqual([{ ...entry, action: 'refused' }, first]);
    }
    expect(await activeId()).toBe(isServed ? 2 : 1);
    expect((await database.generations.promotions(1))[0]).toMatchObject({ modelVersion: NEW, verdict });
  });

  it('serves what the gate refused when somebody says why', async () => {
    await findOf(database, 2, 'worse');
    await service.promote(2, { ...ADA, override: 'The photos of the new season matter more.' });
    expect(await activeId()).toBe(2);
    const [entry] = await log();
    expect(entry).toMatchObject({ reason: 'The photos of the new season matter more.', outcome: 'worse', by: 'Ada' });
  });

  it.each([
    ['something else is for sale', () => importProducts(19)],
    ['a label has changed', () => importProducts(20, 'Coats')],
    ['something else is active', () => service.embed(seededModel(OLD), silent)],
  ])('does not go by a verdict from before: %s', async (_, change) => {
    await findOf(database, 2, 'better');
    await change();
    await expect(service.promote(2, ADA)).rejects.toMatchObject({ code: 'verdict-missing' });
  });

  it('goes by a verdict although the same feed was imported again', async () => {
    await findOf(database, 2, 'better');
    await importProducts(20);
    await service.promote(2, ADA);
    expect(await activeId()).toBe(2);
  });

  it('needs no verdict for the model that is active', async () => {
    await service.embed(seededModel(OLD), silent);
    expect(await service.promote(1, ADA)).toMatchObject({ generation: 1, retired: 3 });
    expect((await log()).map(({ action, generation, by }) => `${action} ${generation} ${by}`)).toEqual([
      ...['same-model 1 Ada', 'same-model 3 a test', 'activated-first 1 the night'],
    ]);
  });

  it('forgets the verdict with its generation, and keeps the log', async () => {
    await findOf(database, 2, 'worse');
    await expect(service.promote(2, ADA)).rejects.toThrow();
    await database.generations.drop(2);
    expect(await database.generations.verdict(2)).toBeNull();
    const judgement = judgementOf('better');
    expect(await database.generations.saveVerdict({ generation: 2, against: 1, catalogue: 'x', judgement })).toBeNull();
    expect((await log())[0]).toMatchObject({ action: 'refused', generation: 2 });
  });

  it('writes the log with the flip or not at all', async () => {
    await findOf(database, 2, 'better');
    await queryOnce(place.connection, `ALTER TABLE promotion ADD CHECK (generation <> 2) NOT VALID`);
    await expect(service.promote(2, ADA)).rejects.toThrow(/promotion_/);
    expect(await activeId()).toBe(1);
  });

  describe('rolled back', () => {
    beforeEach(async () => {
      await findOf(database, 2, 'better');
      await service.promote(2, ADA);
    });

    it('is what was active before; and again, what is now', async () => {
      expect(await service.rollBack(null, 'Ada')).toEqual({ generation: 1, modelVersion: OLD, retired: 2 });
      expect(await service.rollBack(null, 'Ada')).toEqual({ generation: 2, modelVersion: NEW, retired: 1 });
      expect((await log()).slice(0, 2).map(({ action, generation }) => `${action} ${generation}`)).toEqual([
        ...['rolled-back 2', 'rolled-back 1'],
      ]);
    });

    it('is the one that is named, though it was active long ago', async () => {
      await service.embed(seededModel(NEW), silent);
      expect(await service.rollBack(1, 'Ada')).toMatchObject({ generation: 1, retired: 3 });
      expect(await service.rollBack(1, 'Ada')).toMatchObject({ generation: 1, retired: null });
    });

    it('is never one that was not active, is not whole, or is not there', async () => {
      await service.rollBack(null, 'Ada');
      await database.generations.drop(2);
      await expect(service.rollBack(null, 'Ada')).rejects.toMatchObject({ code: 'nothing-to-return-to' });
      await expect(service.rollBack(2, 'Ada')).rejects.toMatchObject({ code: 'generation-unknown' });
      await service.embed(seededModel(NEW), silent);
      await expect(service.rollBack(3, 'Ada')).rejects.toMatchObject({ code: 'generation-never-active' });
      await findOf(database, 3, 'better');
      await service.promote(3, ADA);
      await importProducts(21);
      await expect(service.rollBack(1, 'Ada')).rejects.toMatchObject({ code: 'generation-incomplete' });
      expect(await activeId()).toBe(3);
    });

    it('answers every request wholly, from one generation, while it goes to and fro', async () => {
      const ids = Array.from({ length: 20 }, (_, i) => `p-${i}` as ProductId);
      let isFlipping = true;
      const seen = new Set<string>();
      const shopper = async () => {
        while (isFlipping) {
          const active = await database.catalog.activeGeneration();
          expect(active).not.toBeNull();
          seen.add(active!.modelVersion);
          expect((await database.index.embeddings(active!.generation, ids)).size).toBe(20);
        }
      };
      const shoppers = [1, 2, 3].map(shopper);
      for (let flip = 0; flip < 40; flip += 1) await service.rollBack(null, 'Ada');
      isFlipping = false;
      await Promise.all(shoppers);
      expect([...seen].sort()).toEqual([NEW, OLD]);
      expect(await activeId()).toBe(2);
    });
  });
});
