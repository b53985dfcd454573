import { rowsOfSplit, type Snapshot, type TrainingMetrics } from '#datasets';
import type { TwoPartHeads } from '#networks';
import { differences, measureHeads, report } from './holdout.js';
import { countPhotos } from './photo-labels.js';

/** Heads before and after the second shop joined the training. */
export interface SecondShopHeads {
  /** Trained on the first shop alone: about its own centre, and about the second shop's. */
  before: TwoPartHeads;
  recentred: TwoPartHeads;
  /** Trained on both: about the first shop's centre, which is what the bundle serves, and about the second's. */
  afterForFirst: TwoPartHeads;
  after: TwoPartHeads;
}

/** Asks the hold-out styles of both shops what training on both did to them. */
export function secondShopFigures(
  heads: SecondShopHeads,
  first: { snapshot: Snapshot; rows: readonly number[] },
  second: { snapshot: Snapshot; rows: readonly number[] },
  dial: number,
): TrainingMetrics['secondShop'] {
  const splits = (['train', 'validation', 'holdout'] as const).map(
    (split) => [split, countPhotos(second.snapshot, rowsOfSplit(second.snapshot, split))] as const,
  );
  return {
    counts: Object.fromEntries(splits) as NonNullable<TrainingMetrics['secondShop']>['counts'],
    holdout: second.rows.length === 0 ? null : ofSecond(heads, second, dial),
    firstShop: first.rows.length === 0 ? null : ofFirst(heads, first, dial),
  };
}

function ofSecond(
  heads: SecondShopHeads,
  { snapshot, rows }: { snapshot: Snapshot; rows: readonly number[] },
  dial: number,
) {
  const before = measureHeads(heads.before, snapshot, rows, dial);
  const recentred = measureHeads(heads.recentred, snapshot, rows, dial);
  const after = measureHeads(heads.after, snapshot, rows, dial);
  return {
    before: report(before),
    recentred: report(recentred),
    after: report(after),
    recentredMinusBefore: differences(recentred, before),
    afterMinusBefore: differences(after, before),
  };
}

function ofFirst(
  heads: SecondShopHeads,
  { snapshot, rows }: { snapshot: Snapshot; rows: readonly number[] },
  dial: number,
) {
  const before = measureHeads(heads.before, snapshot, rows, dial);
  const after = measureHeads(heads.afterForFirst, snapshot, rows, dial);
  return { before: report(before), after: report(after), afterMinusBefore: differences(after, before) };
}
