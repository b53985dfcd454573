import { Random, trainingSettingsSchema } from '#foundation';
import { describe, expect, it } from 'vitest';
import { createBatches } from './batches.js';

/** Styles of two products of two photos: `first` of them, then `second` of another shop. */
function photosOf(first: number, second: number) {
  const styles = first + second;
  const row = Array.from({ length: 4 * styles }, (_, at) => at);
  const label = (per: number) => Int32Array.from(row, (at) => Math.floor(at / per));
  return {
    rows: row.slice(0, 4 * first),
    secondRows: row.slice(4 * first),
    labels: {
      photo: label(1),
      view: label(1),
      product: label(2),
      style: label(4),
      category: new Int32Array(row.length),
      lab: new Float32Array(3 * row.length),
    },
    settings: trainingSettingsSchema.parse({
      sampler: { name: 'style-then-product', stylesPerBatch: 3, productsPerStyle: 2, photosPerProduct: 2 },
    }),
  };
}
const draw = ({ next }: ReturnType<typeof createBatches>, batches: number) =>
  Array.from({ length: batches }, () => [...next()]);

describe('createBatches', () => {
  it('draws from one shop at a time, by how many styles each has', () => {
    const photos = photosOf(12, 4);
    const batches = draw(createBatches({ ...photos, random: new Random(1) }), 40);
    const ofSecond = batches.filter((batch) => batch.every((row) => photos.secondRows.includes(row)));
    const ofFirst = batches.filter((batch) => batch.every((row) => photos.rows.includes(row)));
    expect([ofFirst.length, ofSecond.length]).toEqual([30, 10]);
  });

  it("draws the first shop's batches as it would alone", () => {
    const photos = photosOf(6, 6);
    const alone = draw(createBatches({ ...photos, secondRows: [], random: new Random(1) }), 3);
    expect(draw(createBatches({ ...photosOf(6, 0), random: new Random(1) }), 3)).toEqual(alone);
  });
});
