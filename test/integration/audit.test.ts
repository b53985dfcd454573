import { AuditService, summaryOf } from '#audit';
import { DEFAULT_LAYOUT, type ImageId } from '#foundation';
import { migrate, openDatabase, type Database } from '#persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf, newImport, offerOf, photoId, productOf } from '../support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';

/** A photo space in which nothing is known. */
const noFeatures = {
  layout: DEFAULT_LAYOUT,
  has: () => false,
  readMany: (missing: readonly ImageId[]) =>
    Promise.resolve({ features: new Float32Array(0), lab: new Float32Array(0), missing: [...missing] }),
};

describe('AuditService', () => {
  let place: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    const importId = newImport();
    const products = [
      productOf('a--red', 'a', ['front', 'shared'], { colour: 'red' }),
      productOf('a--blue', 'a', ['back'], { colour: 'blue' }),
      productOf('b', 'b', ['shared', 'gone'], { colour: null }),
      productOf('old', 'old', ['retired']),
    ];
    const offers = products.map(({ productId }) => offerOf(`${productId}/m`, productId));
    await database.catalog.saveBatch(newImport(), batchOf(products, offers));
    await database.catalog.saveBatch(importId, batchOf(products.slice(0, 3), offers.slice(0, 3)));
    await database.catalog.finishImport(importId);
  });
  afterAll(async () => {
    await database.close();
    await place.drop();
  });

  it('reads what is active, with the looks that the import kept', async () => {
    const { products, photos } = await database.audit.auditedCatalogue();
    expect(products.map(({ productId }) => productId)).toEqual(['a--blue', 'a--red', 'b']);
    expect(products.map((product) => product.photos.map((row) => photos[row]?.imageId))).toEqual([
      [photoId('back')],
      [photoId('front'), photoId('shared')],
      [photoId('shared'), photoId('gone')],
    ]);
    expect(photos.every(({ look }) => look?.hash.length === 32 && look.grid.length === 588)).toBe(true);
  });

  it('looks at photos of older imports once, and keeps what it saw', async () => {
    await queryOnce(place.connection, 'DELETE FROM image_look');
    const asked: string[] = [];
    const look = { hash: Buffer.alloc(32, 7), grid: Buffer.alloc(588), detail: 60 };
    const service = new AuditService(database.audit, {
      features: noFeatures,
      splitOf: () => 'train',
      lookAt: (imageId, source) => {
        asked.push(source);
        return Promise.resolve(imageId === photoId('gone') ? null : look);
      },
    });
    const report = await service.run(() => undefined, new AbortController().signal);
    expect(asked).toHaveLength(4);
    expect(report.catalogue).toMatchObject({ products: 3, styles: 2, photosNotLookedAt: 1, photosWithoutFeatures: 4 });
    expect(summaryOf(report)).toMatchObject({ contradictions: 1, 'missing-colours': 1 });
    asked.length = 0;
    await service.run(() => undefined, new AbortController().signal);
    expect(asked).toEqual([`/photos/${photoId('gone')}.jpg`]);
  });

  it('ends when it is told to', async () => {
    const stopped = AbortSignal.abort(new Error('enough'));
    const supply = { features: noFeatures, splitOf: () => 'train' as const, lookAt: () => Promise.resolve(null) };
    await expect(new AuditService(database.audit, supply).run(() => undefined, stopped)).rejects.toThrow('enough');
  });
});
