import type { Triplets } from '#metric-learning';
import type { Space } from '../part-relations.js';
import type { BySpace, Epoch } from './epoch.js';

/** Photos of a step. */
export interface TrainingBatch {
  /** Rows of the blocks, none twice. */
  rows: Int32Array;
  /** By places among `rows`; null: they are to be mined from the batch. */
  triplets: BySpace<Triplets> | null;
}

/**
 * The batch of one step of an epoch: so many triplets of each space, the next ones in their order, and all over again
 * where there are too few for the epoch. Each photo is in it once.
 *
 * @param step of the training, the first of the epoch being `begun` + 1
 */
export function batchOfEpoch({ begun, triplets }: Epoch, step: number, size: number): TrainingBatch {
  const placeOf = new Map<number, number>();
  const place = (row: number) => {
    const known = placeOf.get(row) ?? placeOf.size;
    placeOf.set(row, known);
    return known;
  };
  const batch: BySpace<Triplets> = {};
  for (const [space, { anchors, positives, negatives }] of Object.entries(triplets) as [Space, Triplets][]) {
    const count = anchors.length;
    const start = (step - begun - 1) * size;
    const next = Array.from({ length: Math.min(size, count) }, (_, at) => (start + at) % count);
    const taken = (rows: Int32Array) => Int32Array.from(next, (at) => place(rows[at] as number));
    batch[space] = { anchors: taken(anchors), positives: taken(positives), negatives: taken(negatives) };
  }
  return { rows: Int32Array.from(placeOf.keys()), triplets: batch };
}
