import type { Snapshot } from '#datasets';
import { featureColumns, featureWidth, WeftError } from '#foundation';
import type { TwoPartHeads } from '#networks';
import { foldBlock, recentreBlock, type FeatureBlock } from './feature-block.js';
import { labelPhotos, type PhotoLabels } from './photo-labels.js';

type Blocks = Record<'shape' | 'colour', FeatureBlock>;

/** Photos of two shops in the coordinates of the first: its rows come first, the second's follow. */
export interface JoinedShops {
  /** With the projections of the first shop. */
  blocks: Blocks;
  /** The second shop's own blocks: the same directions about its own centre. */
  second: Blocks;
  /** No label of one shop equals one of the other, but for photos that both show, and categories of one name. */
  labels: PhotoLabels;
  /** Rows of the second shop to train on. */
  rows: number[];
}

/**
 * Puts a second shop beside the first one: other light and other models' poses are not to count as likeness, so the
 * second is centred and scaled by its own statistics, while the directions, and so the heads, are shared.
 *
 * @param blocks of the first shop
 * @param fitted rows of the second shop's snapshot that decide its centre and that are trained on
 * @throws WeftError `second-shop-unsuitable` when its features are others than the first shop's
 */
export function joinShops(blocks: Blocks, first: Snapshot, second: Snapshot, fitted: readonly number[]): JoinedShops {
  requireSameFeatures(first, second);
  const columns = featureColumns(second.layout);
  const recentre = (part: keyof Blocks) =>
    recentreBlock(blocks[part], second.features, featureWidth(second.layout), fitted, columns[part]);
  const own = { shape: recentre('shape'), colour: recentre('colour') };
  const count = first.photos.length;
  // Ids of two shops may be equal by chance.
  const photos = second.photos.map((photo) => ({
    ...photo,
    productId: `second shop\n${photo.productId}` as typeof photo.productId,
    styleId: `second shop\n${photo.styleId}` as typeof photo.styleId,
  }));
  return {
    blocks: {
      shape: { ...blocks.shape, values: concat(blocks.shape.values, own.shape.values) },
      colour: { ...blocks.colour, values: concat(blocks.colour.values, own.colour.values) },
    },
    second: own,
    labels: labelPhotos({ photos: [...first.photos, ...photos], lab: concat(first.lab, second.lab) }),
    rows: fitted.map((row) => count + row),
  };
}

/** Heads for the features of the second shop. */
export function foldSecond(heads: TwoPartHeads, { second }: JoinedShops): TwoPartHeads {
  return { shape: foldBlock(heads.shape, second.shape), colour: foldBlock(heads.colour, second.colour) };
}

function requireSameFeatures(first: Snapshot, second: Snapshot): void {
  if (first.extractorId === second.extractorId) return;
  throw new WeftError('second-shop-unsuitable', "The second shop's features come from another extractor.", {
    value: { first: first.extractorId, second: second.extractorId },
    remedy: 'Start the training again: it computes the features of both anew.',
  });
}

function concat(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
