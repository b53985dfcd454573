import { type ImageId, type ProductId, Random, sha256, type StyleId } from '#foundation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftFindings } from './audit-catalogue.js';
import type { AuditedCatalogue, AuditedPhoto, AuditedProduct } from './audited-catalogue.js';
import { HASH_WORDS, hammingDistance, MOST_BITS, pairsNearby } from './hamming.js';
import { placeIn, principalSpace } from './principal-space.js';
import { quantile, spreadOf } from './robust.js';

describe('pairsNearby', () => {
  it('finds the pairs that a comparison of all with all finds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
        const random = new Random(seed);
        const hashes = new Uint32Array(count * HASH_WORDS).map(() => random.int(2 ** 32));
        // Every third hash is an earlier one with up to 40 bits turned: some just inside the bound, some just outside.
        for (let row = 2; row < count; row += 3) {
          hashes.copyWithin(row * HASH_WORDS, (row - 2) * HASH_WORDS, (row - 1) * HASH_WORDS);
          for (let turned = random.int(41); turned > 0; turned -= 1) {
            const bit = random.int(256);
            const word = row * HASH_WORDS + (bit >> 5);
            hashes[word] = (hashes[word] as number) ^ (1 << (bit & 31));
          }
        }
        const found: string[] = [];
        const search = pairsNearby(hashes, (a, b, distance) => found.push(`${a} ${b} ${distance}`));
        while (search.next().done !== true);
        const naive: string[] = [];
        const bits = (row: number) =>
          [...hashes.subarray(row * HASH_WORDS, (row + 1) * HASH_WORDS)]
            .map((word) => word.toString(2).padStart(32, '0'))
            .join('');
        for (let a = 0; a < count; a += 1) {
          for (let b = a + 1; b < count; b += 1) {
            const [x, y] = [bits(a), bits(b)];
            const distance = [...x].filter((bit, at) => bit !== y[at]).length;
            expect(hammingDistance(hashes, a, b)).toBe(distance);
            if (distance <= MOST_BITS) naive.push(`${a} ${b} ${distance}`);
          }
        }
        expect(found.sort()).toEqual(naive.sort());
      }),
      { numRuns: 30 },
    );
  });
});

describe('principalSpace', () => {
  it('finds orthonormal directions that hold all of what differs, where few directions do', () => {
    const random = new Random(5);
    const basis = Array.from({ length: 4 }, () => Float32Array.from({ length: 40 }, () => random.between(-1, 1)));
    const rows = Array.from({ length: 60 }, () => {
      const weights = basis.map(() => random.between(-3, 3));
      return Float32Array.from({ length: 40 }, (_, i) =>
        basis.reduce((sum, axis, at) => sum + (axis[i] as number) * (weights[at] as number), 7),
      );
    });
    const vectors = Float32Array.from(rows.flatMap((row) => [...row]));
    const { axes, centre, dims } = principalSpace(vectors, 40, 4, random);
    expect(dims).toBe(4);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    const axis = (at: number) => axes.subarray(at * 40, at * 40 + 40);
    for (let a = 0; a < 4; a += 1)
      for (let b = 0; b < 4; b += 1) expect(dot(axis(a), axis(b))).toBeCloseTo(a === b ? 1 : 0, 4);
    for (const row of rows) {
      const centred = row.map((value, i) => value - (centre[i] as number));
      const kept = [0, 1, 2, 3].reduce((sum, at) => sum + dot(centred, axis(at)) ** 2, 0);
      expect(kept / dot(centred, centred)).toBeCloseTo(1, 3);
    }
    const placed = placeIn({ axes, centre, dims }, vectors);
    expect(dot(placed.subarray(0, 4), placed.subarray(0, 4))).toBeCloseTo(1, 4);
  });
});

describe('spreadOf', () => {
  it('is not moved by a third of wild values', () => {
    expect(spreadOf([1, 2, 3, 4, 5, 1e9])).toEqual({ median: 3.5, deviation: 1.4826 * 1.5 });
    expect(quantile([3, 1, 2], 0.25)).toBe(1.5);
  });
});

const STYLES = 60;
const LAYOUT = { shape: 48, colour: 2 };

/** 60 styles of 6 categories, two colours each, a front and a back each; and what plants faults in them. */
class Shop {
  readonly random = new Random(11);
  readonly photos: AuditedPhoto[] = [];
  readonly features: number[][] = [];
  readonly products: AuditedProduct[] = [];

  constructor() {
    const direction = (size: number) => Array.from({ length: LAYOUT.shape }, () => this.random.between(-size, size));
    const categories = Array.from({ length: 6 }, () => direction(1));
    for (let style = 0; style < STYLES; style += 1) {
      const cut = direction(0.8).map((value, i) => value + (categories[style % 6]?.[i] as number));
      for (const [at, colour] of ['black', 'red'].entries()) {
        const photos = ['front', 'back'].map((view) =>
          this.addPhoto(`${style} ${colour} ${view}`, [
            ...cut.map((value) => value + 3 + this.random.between(-0.3, 0.3)),
            ...[at, 1 - at],
          ]),
        );
        this.products.push({
          productId: `p${style}-${colour}` as ProductId,
          styleId: `s${style}` as StyleId,
          title: `Garment ${String.fromCharCode(97 + (style % 26))}${style} ${colour}`,
          ...{ category: `kind ${style % 6}`, gender: null, colour, photos },
        });
      }
    }
  }

  addPhoto(name: string, features: number[], look: Partial<AuditedPhoto['look']> = {}, side = 400): number {
    const imageId = sha256(name) as ImageId;
    const bytes = () => Uint8Array.from({ length: 588 }, () => this.random.int(256));
    const fresh = { hash: bytes().subarray(0, 32), grid: bytes(), detail: 90, ...look };
    this.photos.push({ imageId, width: side, height: side, look: fresh });
    this.features.push(features);
    return this.photos.length - 1;
  }

  /** Another file of the same picture. */
  copyOf(row: number): number {
    const { look } = this.photos[row] as AuditedPhoto;
    const grid = look?.grid.map((value) => Math.min(255, value + 2));
    const hash = look?.hash.slice();
    if (hash !== undefined) hash[3] = (hash[3] as number) ^ 0b101;
    return this.addPhoto(`copy of ${row}`, [...(this.features[row] ?? [])], { hash, grid } as AuditedPhoto['look']);
  }

  async audit() {
    const catalogue: AuditedCatalogue = { products: this.products, photos: this.photos, setAside: [] };
    const rowOf = new Map(this.photos.map(({ imageId }, row) => [imageId, row]));
    const features = {
      layout: LAYOUT,
      has: () => true,
      readMany: (ids: readonly ImageId[]) => {
        const rows = ids.map((id) => this.features[rowOf.get(id) as number] ?? []);
        const lab = Float32Array.from(rows.flatMap((row) => [50, 40 * (row.at(-1) ?? 0), 0]));
        return Promise.resolve({ features: Float32Array.from(rows.flat()), lab, missing: [] });
      },
    };
    const { drafted } = await draftFindings(catalogue, {
      features,
      splitOf: () => 'train',
      pause: () => Promise.resolve(),
    });
    return Object.fromEntries(drafted.map(({ kind, drafts }) => [kind, drafts]));
  }
}

/** A product of the shop; tests name ones that exist. */
function product(shop: Shop, at: number): AuditedProduct {
  return shop.products[at] as AuditedProduct;
}

describe('draftFindings', () => {
  it('finds nothing wrong where nothing is, whatever the split happens to hold out', async () => {
    const found = await new Shop().audit();
    expect(Object.entries(found).filter(([, drafts]) => drafts.length > 0)).toEqual([]);
  });

  it('finds categories of few styles, by how many can be learned and measured', async () => {
    const shop = new Shop();
    const rename = (styles: readonly number[], category: string) => {
      for (const style of styles) for (const at of [2 * style, 2 * style + 1]) product(shop, at).category = category;
    };
    rename([0], 'capes');
    rename([1, 2, 3, 4], 'gloves');
    rename([5, 6, 7, 8, 9], 'belts');
    const found = (await shop.audit())['small-categories']?.map(({ why }) => why);
    expect(found).toEqual([
      'capes: 1 of 1 styles have several photos; 1 to learn from, none held out to measure on.',
      'gloves: 4 of 4 styles have several photos; none held out to measure on.',
    ]);
  });

  it('finds what was planted, and that only', async () => {
    const shop = new Shop();
    product(shop, 2).photos.push(product(shop, 10).photos[0] as number);
    product(shop, 20).photos.push(product(shop, 21).photos[0] as number);
    const copy = shop.copyOf(product(shop, 30).photos[0] as number);
    product(shop, 41).photos.push(copy);
    const soon = shop.addPhoto('soon', Array<number>(50).fill(1), { detail: 30 });
    for (const at of [50, 60, 70, 80]) product(shop, at).photos.push(soon);
    const blank = shop.addPhoto('blank', Array<number>(50).fill(2), { detail: 0 });
    product(shop, 90).photos.push(blank);
    const tiny = shop.addPhoto('tiny', [...(shop.features[product(shop, 92).photos[0] as number] ?? [])], {}, 60);
    product(shop, 92).photos.push(tiny);
    product(shop, 94).colour = null;
    product(shop, 101).styleId = 's50-b' as StyleId;
    const found = await shop.audit();
    expect(found['contradictions']?.map(({ photos }) => photos)).toEqual([[product(shop, 10).photos[0]]]);
    expect(found['shared-photos']?.map(({ photos }) => photos)).toEqual([[product(shop, 21).photos[0]]]);
    expect(found['near-duplicates']?.map(({ photos }) => photos)).toEqual([[product(shop, 30).photos[0], copy]]);
    expect(found['placeholders']?.flatMap(({ photos }) => photos).sort()).toEqual([soon, blank].sort());
    expect(found['tiny-photos']?.map(({ photos }) => photos)).toEqual([[tiny]]);
    expect(found['missing-colours']?.map(({ products }) => products)).toEqual([[94]]);
    expect(found['split-styles']?.map(({ products }) => products)).toEqual([[100, 101]]);
  });

  it('takes recolours of one exposure inside a style for what they are', async () => {
    const shop = new Shop();
    for (let at = 0; at < shop.products.length; at += 2) {
      const [mine, theirs] = [product(shop, at).photos[0], product(shop, at + 1).photos[0]].map(
        (row) => shop.photos[row as number]?.look,
      );
      if (mine && theirs) theirs.hash = mine.hash;
    }
    const found = await shop.audit();
    expect(found['near-duplicates']).toEqual([]);
    expect(found['split-styles']).toEqual([]);
  });

  it('suspects one photo in twenty whose labels were swapped, and few others', async () => {
    const shop = new Shop();
    // The fronts of one product in ten move to the next of these, in another category.
    const swapped = shop.products.filter((_, at) => at % 10 === 0);
    const fronts = swapped.map(({ photos }) => photos[0] as number);
    swapped.forEach((one, at) => (one.photos[0] = fronts[(at + 1) % fronts.length] as number));
    const flagged = (await shop.audit())['mislabels']?.map(({ photos }) => photos[0] as number) ?? [];
    const right = flagged.filter((row) => fronts.includes(row)).length;
    expect(right / fronts.length).toBeGreaterThanOrEqual(0.9);
    expect(right / flagged.length).toBeGreaterThanOrEqual(0.9);
  });
});
