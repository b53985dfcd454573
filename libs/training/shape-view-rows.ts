import type { ShapeViews, Snapshot } from '#datasets';
import type { FeatureBlock } from './feature-block.js';
import { applyHead } from './apply-head.js';
import type { PhotoLabels } from './photo-labels.js';
import { scaleRowsToUnit, takeRows } from './rows.js';

interface Rows {
  blocks: Record<'shape' | 'colour', FeatureBlock>;
  labels: PhotoLabels;
}

/** Rows of augmented views behind the photos' own. */
export interface ViewRows extends Rows {
  /** Row of the photo that each view is of; the first view is the first row behind the photos. */
  photoOfView: number[];
}

/**
 * Puts the views of a snapshot behind all rows of its blocks: their shape is their own, through the projection of the photos;
 * their colour is a copy of their photo's, and so are their labels.
 */
export function addViews({ blocks, labels }: Rows, { photos }: Pick<Snapshot, 'photos'>, views: ShapeViews): ViewRows {
  const rowOf = new Map(photos.map(({ imageId }, row) => [imageId, row]));
  const photoOfView = views.photos.map((photo) => {
    const row = rowOf.get(photo);
    if (row === undefined) throw new RangeError(`The snapshot has a view of ${photo}, but not the photo.`);
    return row;
  });
  const { shape, colour } = blocks;
  const unit = views.shape.slice();
  scaleRowsToUnit(unit, shape.projection.inputs);
  const withLikes = (own: Int32Array) => Int32Array.from([...own, ...photoOfView.map((row) => own[row] as number)]);
  const firstView = labels.view.reduce((most, view) => Math.max(most, view), -1) + 1;
  return {
    blocks: {
      shape: { ...shape, values: joined(shape.values, applyHead(shape.projection, unit)) },
      colour: { ...colour, values: joined(colour.values, takeRows(colour.values, colour.width, photoOfView)) },
    },
    labels: {
      photo: withLikes(labels.photo),
      view: Int32Array.from([...labels.view, ...photoOfView.map((_, at) => firstView + at)]),
      product: withLikes(labels.product),
      style: withLikes(labels.style),
      category: withLikes(labels.category),
      lab: joined(labels.lab, takeRows(labels.lab, 3, photoOfView)),
    },
    photoOfView,
  };
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
