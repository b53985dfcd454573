import type { Relation } from '#metric-learning';
import type { BatchLabels } from './photo-labels.js';

/** What losses are asked of: each part, and both joined as the dial joins them. */
export const SPACES = ['shape', 'colour', 'joined'] as const;
export type Space = (typeof SPACES)[number];

/**
 * What belongs together in a space: shape draws together photos of one style, whatever the colour; colour draws together
 * photos of one product, against its own style's other colours too; the joined vector draws together photos of one
 * product, against other styles only.
 */
export function relationOf(space: Space, { photo, product, style }: BatchLabels): Relation {
  return {
    positive: space === 'shape' ? style : product,
    negative: space === 'colour' ? product : style,
    photo,
  };
}
