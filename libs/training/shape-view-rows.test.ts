import { openBackend } from '#compute';
import type { ShapeViews, Snapshot } from '#datasets';
import { buildSnapshot } from '#datasets';
import { DEFAULT_LAYOUT, featureWidth, Random, trainingSettingsSchema } from '#foundation';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import { worstDifference } from '../../test/support/head-training.js';
import { learnableSnapshot } from '../../test/support/snapshots.js';
import { applyHead } from './apply-head.js';
import { prepareBlock } from './feature-block.js';
import { relationOf } from './part-relations.js';
import { labelPhotos, labelsOf } from './photo-labels.js';
import { trainQuick } from './quick-recipe.js';
import { scaleRowsToUnit, takeRows } from './rows.js';
import { addViews } from './shape-view-rows.js';

const backend = await openBackend(underTest.device);
const WIDTH = featureWidth(DEFAULT_LAYOUT);

/** Views that are about as far from their photos as photos of a style are from each other. */
function viewsOf({ photos, features }: Snapshot, rows: readonly number[]): ShapeViews {
  const random = new Random(4);
  const shape = rows.flatMap((row) =>
    Array.from(
      features.subarray(row * WIDTH, row * WIDTH + DEFAULT_LAYOUT.shape),
      (value) => value + random.between(0, 1),
    ),
  );
  return { photos: rows.flatMap((row) => photos[row]?.imageId ?? []), shape: Float32Array.from(shape) };
}

describe('addViews', () => {
  const snapshot = learnableSnapshot(12, { layout: DEFAULT_LAYOUT });
  const rows = snapshot.photos.map((_, row) => row);
  const block = (columns: readonly [number, number]) =>
    prepareBlock(backend, snapshot.features, WIDTH, rows, { columns, components: 8, whitening: 0.25 });
  const blocks = { shape: block([0, DEFAULT_LAYOUT.shape]), colour: block([DEFAULT_LAYOUT.shape, WIDTH]) };
  const views = viewsOf(snapshot, [3, 10]);
  const added = addViews({ blocks, labels: labelPhotos(snapshot) }, snapshot, views);
  const first = rows.length;

  it("puts shape of their own behind the photos', and their photo's colour to the last bit", () => {
    const unit = views.shape.slice();
    scaleRowsToUnit(unit, DEFAULT_LAYOUT.shape);
    const shape = takeRows(added.blocks.shape.values, added.blocks.shape.width, [first, first + 1]);
    expect(worstDifference(shape, applyHead(blocks.shape.projection, unit))).toBe(0);
    const colour = takeRows(added.blocks.colour.values, added.blocks.colour.width, [first, first + 1]);
    expect(colour).toEqual(takeRows(blocks.colour.values, blocks.colour.width, [3, 10]));
    expect(added.blocks.shape.values.subarray(0, blocks.shape.values.length)).toEqual(blocks.shape.values);
    expect(added.photoOfView).toEqual([3, 10]);
  });

  it('are positives of their photo for shape, and for nothing else', () => {
    const own = labelsOf(added.labels, [3, first]);
    const areTwo = (space: Parameters<typeof relationOf>[0]) => new Set(relationOf(space, own).photo).size === 2;
    expect(['shape', 'colour', 'joined', 'joinedStyle'].map((space) => areTwo(space as 'shape'))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(own.style[0]).toBe(own.style[1]);
    expect(own.product[0]).toBe(own.product[1]);
  });

  it('belong to photos of the snapshot', () => {
    const of = { ...views, photos: ['x', 'y'] as ShapeViews['photos'] };
    expect(() => addViews({ blocks, labels: labelPhotos(snapshot) }, snapshot, of)).toThrow('a view of x, but not');
  });
});

describe('trainQuick with augmented views', { timeout: 60_000 }, () => {
  const plain = learnableSnapshot(30, { layout: DEFAULT_LAYOUT });
  const trainable = plain.photos.flatMap(({ split }, row) => (split === 'holdout' || row % 3 > 0 ? [] : [row]));
  const snapshot = buildSnapshot({ ...plain, views: viewsOf(plain, trainable) });
  const trained = (of: Snapshot, choices: object) =>
    trainQuick({ backend, snapshot: of, settings: trainingSettingsSchema.parse({ steps: 40, ...choices }), onProgress: () => undefined }); // prettier-ignore

  it.each([{}, { mining: { name: 'offline', every: 20, triplets: 8 } }])(
    'learns from them, and counts and measures photos only: %j',
    async (choices) => {
      const [without, withViews] = [await trained(plain, choices), await trained(snapshot, choices)];
      expect(withViews.heads).not.toEqual(without.heads);
      expect(withViews.untrained).toEqual(without.untrained);
      const { counts, holdout, validation } = withViews.metrics;
      expect(counts).toEqual(without.metrics.counts);
      expect(holdout?.untrained).toEqual(without.metrics.holdout?.untrained);
      expect(validation?.untrained).toEqual(without.metrics.validation?.untrained);
      for (const { anchor, positive } of withViews.metrics.mining?.hardest ?? []) {
        expect([anchor.imageId, positive.imageId].every((id) => plain.photos.some(({ imageId }) => imageId === id))).toBe(true); // prettier-ignore
      }
    },
  );
});
