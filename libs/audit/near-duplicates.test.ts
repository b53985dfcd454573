import { type ImageId, type ProductId, Random, sha256, type StyleId } from '#foundation';
import { describe, expect, it } from 'vitest';
import { randomEmbedding } from '../../test/conformance/indexed-products.js';
import type { AuditedCatalogue, Look } from './audited-catalogue.js';
import { nearDuplicateListings } from './near-duplicates.js';

/** A shop in words: products by name, each with its style, title and photos; photos by name, each with its look. */
function shopOf(
  products: Record<string, { style: string; title?: string; photos: string[] }>,
  looks: Record<string, Look | null>,
): AuditedCatalogue {
  const names = Object.keys(looks);
  return {
    photos: names.map((name) => ({ imageId: idOf(name), width: 400, height: 500, look: looks[name] ?? null })),
    products: Object.entries(products).map(([name, { style, title = 'Shirt', photos }]) => ({
      productId: name as ProductId,
      styleId: style as StyleId,
      title,
      ...{ category: null, gender: null, colour: null },
      photos: photos.map((photo) => names.indexOf(photo)),
    })),
    setAside: [],
  };
}

const idOf = (name: string) => sha256(name) as ImageId;

/** The look of a picture by number: pictures differ in half of their bits and in all of their colours. */
function lookOf(picture: number, changes: { bits?: number; shade?: number; detail?: number } = {}): Look {
  const random = new Random(picture);
  const hash = Uint8Array.from({ length: 32 }, () => random.int(256));
  for (let bit = 0; bit < (changes.bits ?? 0); bit += 1) hash[bit] = (hash[bit] ?? 0) ^ 1;
  const grid = Uint8Array.from({ length: 588 }, () => 20 + random.int(200)).map(
    (value) => value + (changes.shade ?? 0),
  );
  return { hash, grid, detail: changes.detail ?? 60 };
}

const embedded = (of: Record<string, number>) =>
  new Map(Object.entries(of).map(([name, seed]) => [idOf(name), randomEmbedding(new Random(seed))]));

describe('nearDuplicateListings', () => {
  it('groups products of different styles whose photos are one file, or copies of it', async () => {
    const shop = shopOf(
      {
        b: { style: 's', photos: ['one', 'other'] },
        a: { style: 't', photos: ['smaller'] },
        d: { style: 'u', photos: ['shared'] },
        c: { style: 'v', photos: ['shared'] },
        alone: { style: 'w', photos: ['single'] },
      },
      {
        one: lookOf(1),
        smaller: lookOf(1, { bits: 9, shade: 3 }),
        other: lookOf(2),
        shared: lookOf(3),
        single: lookOf(4),
      },
    );
    const { groups, photos, photosNotLookedAt } = await nearDuplicateListings(
      shop,
      embedded({ one: 1, smaller: 1, shared: 3 }),
    );
    expect([photos, photosNotLookedAt]).toEqual([5, 0]);
    expect(groups).toEqual([
      {
        kind: 'copies',
        styles: 2,
        files: 2,
        listings: [
          { productId: 'a', imageId: idOf('smaller') },
          { productId: 'b', imageId: idOf('one') },
        ],
        least: { shape: expect.closeTo(1, 5) as number, colour: expect.closeTo(1, 5) as number },
      },
      {
        kind: 'copies',
        styles: 2,
        files: 1,
        listings: [
          { productId: 'c', imageId: idOf('shared') },
          { productId: 'd', imageId: idOf('shared') },
        ],
        least: null,
      },
    ]);
  });

  it.each([
    ['colours of one style', { style: 's' }, {}, { one: 1, two: 1 }],
    ['recolours', { style: 't' }, { shade: 30 }, { one: 1, two: 1 }],
    ['what the model tells apart', { style: 't' }, { bits: 2 }, { one: 1, two: 2 }],
    ['pictures in which nothing can be seen', { style: 't' }, { detail: 1 }, { one: 1, two: 1 }],
  ])('leaves out %s', async (_, { style }, changes, seeds) => {
    const products = { a: { style: 's', photos: ['one'] }, b: { style, photos: ['two'] } };
    const shop = shopOf(products, { one: lookOf(1), two: lookOf(1, changes) });
    expect((await nearDuplicateListings(shop, embedded(seeds))).groups).toEqual([]);
  });

  it('compares a photo without an embedding by its look alone, and counts those that have none', async () => {
    const products = { a: { style: 's', photos: ['one', 'unseen'] }, b: { style: 't', photos: ['two'] } };
    const shop = shopOf(products, { one: lookOf(1), two: lookOf(1), unseen: null });
    const found = await nearDuplicateListings(shop, embedded({ one: 1 }));
    expect(found.photosNotLookedAt).toBe(1);
    expect(found.groups).toMatchObject([{ files: 2, least: null }]);
  });

  it('tells placeholders, and puts them last', async () => {
    const shop = shopOf(
      {
        a: { style: 's', title: 'Shirt', photos: ['soon'] },
        b: { style: 't', title: 'Trousers', photos: ['soon'] },
        c: { style: 'u', title: 'Cap', photos: ['soon'] },
        d: { style: 'v', photos: ['twin'] },
        e: { style: 'w', photos: ['twin'] },
      },
      { soon: lookOf(1), twin: lookOf(2) },
    );
    const { groups } = await nearDuplicateListings(shop, new Map());
    expect(groups.map(({ kind, styles }) => [kind, styles])).toEqual([
      ['copies', 2],
      ['placeholder', 3],
    ]);
  });
});
