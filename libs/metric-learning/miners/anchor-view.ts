import type { Distance } from '../distances/distance.js';
import { negativesOf, positivesOf, type Relation } from './relation.js';
import { TripletList, type Triplets } from './triplets.js';

type Places = readonly number[] | Int32Array;

/** What one anchor sees of all rows. */
export interface AnchorView {
  /** Ascending. */
  positives: Places;
  /** Ascending. */
  negatives: Places;
  /** How far a row is: the smaller the nearer, similarities turned round. */
  distanceTo: (row: number) => number;
}

/** Tells the triplets of one anchor. A miner is this for every anchor: no anchor's triplets depend on another's. */
export type MineAnchor = (view: AnchorView, found: (positive: number, negative: number) => void) => void;

/**
 * The triplets of every row of a batch as an anchor.
 *
 * @param distances [batch, batch]
 * @param nearer the direction of `distances`
 */
export function mineEach(
  distances: Float32Array,
  relation: Relation,
  nearer: Distance['nearer'],
  mine: MineAnchor,
): Triplets {
  const count = relation.photo.length;
  const sign = nearer === 'smaller' ? 1 : -1;
  const triplets = new TripletList();
  for (let anchor = 0; anchor < count; anchor += 1) {
    const view = {
      positives: positivesOf(relation, anchor),
      negatives: negativesOf(relation, anchor),
      distanceTo: (row: number) => sign * (distances[anchor * count + row] as number),
    };
    mine(view, (positive, negative) => triplets.add(anchor, positive, negative));
  }
  return triplets.toTriplets();
}

/**
 * The nearest of some rows, of those beyond a distance; ties go to the lower row. -1 without any.
 *
 * @param beyond rows at this distance and nearer do not count
 */
export function nearestOf(rows: Places, { distanceTo }: AnchorView, beyond = -Infinity): number {
  let nearest = Infinity;
  let chosen = -1;
  for (const row of rows) {
    const distance = distanceTo(row);
    if (distance > beyond && distance < nearest) [nearest, chosen] = [distance, row];
  }
  return chosen;
}

/** The farthest of some rows; ties go to the lower row. -1 without any. */
export function farthestOf(rows: Places, { distanceTo }: AnchorView): number {
  let farthest = -Infinity;
  let chosen = -1;
  for (const row of rows) {
    const distance = distanceTo(row);
    if (distance > farthest) [farthest, chosen] = [distance, row];
  }
  return chosen;
}
