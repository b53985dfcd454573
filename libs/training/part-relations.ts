import type { Relation } from '#metric-learning';
import type { BatchLabels } from './photo-labels.js';

/** What losses are asked of: each part, and both joined as the dial joins them. */
export const SPACES = ['shape', 'colour', 'joined', 'joinedStyle'] as const;
export type Space = (typeof SPACES)[number];

/**
 * What belongs together in a space: shape draws together photos of one style, whatever the colour; colour draws together
 * photos of one product, against its own style's other colours too; the joined vector draws together photos of one
 * product, and in a loss of its own photos of one style, both against other styles only: what is served is the joined
 * vector, and its two parts must be in balance.
 *
 * An augmented view is a photo of its own to shape alone: its colour is the photo's, and would be a positive at no distance.
 */
export function relationOf(space: Space, { photo, view, product, style }: BatchLabels): Relation {
  return {
    positive: space === 'shape' || space === 'joinedStyle' ? style : product,
    negative: space === 'colour' ? product : style,
    photo: space === 'shape' ? view : photo,
  };
}

/** Whether a space is one of the parts; the others are both joined. */
export function isPart(space: Space): space is 'shape' | 'colour' {
  return space === 'shape' || space === 'colour';
}
