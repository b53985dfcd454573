import { openBackend } from '#compute';
import { buildSnapshot, type Snapshot } from '#datasets';
import { featureColumns, featureWidth, Random, trainingSettingsSchema } from '#foundation';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import { worstDifference } from '../../test/support/head-training.js';
import { learnableSnapshot } from '../../test/support/snapshots.js';
import { applyHead } from './apply-head.js';
import { prepareBlock, principalHead } from './feature-block.js';
import { trainQuick } from './quick-recipe.js';
import { foldSecond, joinShops } from './second-shop.js';
import { scaleRowsToUnit, takeColumns } from './rows.js';

const backend = await openBackend(underTest.device);
const LAYOUT = { shape: 40, colour: 24 };
const first = learnableSnapshot(20, { layout: LAYOUT });
const settings = trainingSettingsSchema.parse({ steps: 60, learningRate: 0.01 });

/** Another shop: its photos vary as the first shop's do, about another middle, as other light and other walls would have it. */
function shopElsewhere(away: number): Snapshot {
  const { features, lab, extractorId, layout, photos } = learnableSnapshot(20, { layout: LAYOUT, salt: 'other' });
  const random = new Random(9);
  const offset = Array.from({ length: featureWidth(LAYOUT) }, () => away * random.between(-1, 1));
  const moved = features.map((value, at) => value + (offset[at % offset.length] as number));
  return buildSnapshot({ photos, features: moved, lab, extractorId, layout, salt: 'salt' });
}

function blocksOf(snapshot: Snapshot) {
  const rows = snapshot.photos.map((_, row) => row);
  const block = (part: 'shape' | 'colour') =>
    prepareBlock(backend, snapshot.features, featureWidth(LAYOUT), rows, {
      columns: featureColumns(LAYOUT)[part],
      components: 8,
      whitening: 0.25,
    });
  return { shape: block('shape'), colour: block('colour') };
}

describe('joinShops', () => {
  const second = shopElsewhere(2);
  const fitted = second.photos.flatMap(({ split }, row) => (split === 'holdout' ? [] : [row]));
  const blocks = blocksOf(first);
  const joined = joinShops(blocks, first, second, fitted);

  it('puts the rows of the second shop, about its own centre, behind those of the first', () => {
    for (const part of ['shape', 'colour'] as const) {
      const { values, width } = joined.blocks[part];
      const own = blocks[part].values.length;
      expect(values.subarray(0, own)).toEqual(blocks[part].values);
      const mean = new Float64Array(width);
      for (const row of joined.rows) {
        for (let k = 0; k < width; k += 1) mean[k] = (mean[k] as number) + (values[row * width + k] as number);
      }
      for (const sum of mean) expect(Math.abs(sum / joined.rows.length)).toBeLessThan(1e-4);
    }
  });

  it('shares no product and no style between the shops, though their ids are equal', () => {
    const count = first.photos.length;
    for (const label of ['product', 'style'] as const) {
      const ofFirst = new Set(joined.labels[label].subarray(0, count));
      expect(joined.labels[label].subarray(count).some((of) => ofFirst.has(of))).toBe(false);
    }
  });

  it('folds heads so that they give for features what they give for the rows', () => {
    const all = first.photos.map((_, row) => row);
    const heads = { shape: principalHead(blocks.shape, all, 6), colour: principalHead(blocks.colour, all, 4) };
    const folded = foldSecond(heads, joined);
    const [from, to] = featureColumns(LAYOUT).shape;
    const unit = takeColumns(second.features, featureWidth(LAYOUT), from, to);
    scaleRowsToUnit(unit, to - from);
    const expected = applyHead(heads.shape, joined.second.shape.values);
    expect(worstDifference(applyHead(folded.shape, unit), expected)).toBeLessThan(1e-4);
  });

  it('refuses a shop whose features are others', () => {
    expect(() => joinShops(blocks, first, { ...second, extractorId: 'another' }, fitted)).toThrow(
      expect.objectContaining({ code: 'second-shop-unsuitable' }),
    );
  });
});

describe('trainQuick with a second shop', () => {
  it('reports both shops before and after, and repeats itself', async () => {
    const train = (second: Snapshot) =>
      trainQuick({ backend, snapshot: first, second, settings, onProgress: () => undefined });
    const model = await train(shopElsewhere(40));
    const { holdout, firstShop, counts } = model.metrics.secondShop ?? {};
    expect(counts?.train.styles).toBeGreaterThan(5);
    expect(holdout?.before.sameStyle?.queries).toBeGreaterThan(0);
    expect(firstShop?.after.sameStyle).toEqual(model.metrics.holdout?.trained.sameStyle);
    const rateOf = (report?: { sameStyle: { hitRateAt1: number } | null }) => report?.sameStyle?.hitRateAt1 ?? NaN;
    expect(holdout?.recentred.sameStyle).not.toEqual(holdout?.before.sameStyle);
    expect(rateOf(holdout?.after)).toBeGreaterThanOrEqual(rateOf(holdout?.recentred));
    expect(holdout?.recentredMinusBefore.sameStyle?.difference).toBeCloseTo(
      rateOf(holdout?.recentred) - rateOf(holdout?.before),
      9,
    );
    expect(holdout?.afterMinusBefore.sameStyle?.difference).toBeCloseTo(
      rateOf(holdout?.after) - rateOf(holdout?.before),
      9,
    );
    expect((await train(shopElsewhere(40))).heads).toEqual(model.heads);
  });

  it('trains other heads than alone, and says nothing of a second shop where there is none', async () => {
    const alone = await trainQuick({ backend, snapshot: first, settings, onProgress: () => undefined });
    expect(alone.metrics.secondShop).toBeNull();
    const both = await trainQuick({
      backend,
      snapshot: first,
      second: shopElsewhere(1),
      settings,
      onProgress: () => undefined,
    });
    expect(worstDifference(both.heads.shape.weight, alone.heads.shape.weight)).toBeGreaterThan(1e-3);
  });
});
