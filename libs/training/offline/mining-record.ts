import type { MiningRecord } from '#datasets';
import type { ImageId, ProductId, StyleId, TrainingSettings } from '#foundation';
import { type Difficulty, difficultyOf, DISTANCES, type MeasuredTriplets } from '#metric-learning';
import type { Space } from '../part-relations.js';
import type { MinedEpoch } from './epoch.js';

/** Of each loss, in the record of a training. */
const HARDEST = 6;
/** What semi-hard is measured by where neither loss nor miner has a margin, as in FaceNet. */
const MARGIN = 0.2;

/** A photo that triplets name. */
export interface MinedPhoto {
  imageId: ImageId;
  productId: ProductId;
  styleId: StyleId;
}

/** One triplet, for people. */
export interface TripletLine {
  space: Space;
  kind: Difficulty | null;
  /** By how much the negative is farther than the positive: the smaller, the harder. */
  gap: number;
  toPositive: number;
  toNegative: number;
  anchor: MinedPhoto;
  positive: MinedPhoto;
  negative: MinedPhoto;
}

/** The triplets of an epoch with their photos; of each loss the hardest first. */
export function linesOf(
  { triplets }: MinedEpoch,
  photoOf: (row: number) => MinedPhoto,
  settings: Pick<TrainingSettings, 'loss' | 'miner' | 'distance'>,
): TripletLine[] {
  const sign = DISTANCES[settings.distance].nearer === 'smaller' ? 1 : -1;
  const margin = marginOf(settings);
  return (Object.entries(triplets) as [Space, MeasuredTriplets][]).flatMap(([space, of]) =>
    Array.from(of.anchors, (anchor, at): TripletLine => {
      const [toPositive, toNegative] = [of.toPositive[at] as number, of.toNegative[at] as number];
      const gap = sign * (toNegative - toPositive);
      return {
        space,
        kind: difficultyOf(gap, margin),
        gap,
        toPositive,
        toNegative,
        anchor: photoOf(anchor),
        positive: photoOf(of.positives[at] as number),
        negative: photoOf(of.negatives[at] as number),
      };
    }).sort((a, b) => a.gap - b.gap),
  );
}

/** What is remembered of an epoch. */
export function recordOf(
  lines: readonly TripletLine[],
  { triplets, begun }: MinedEpoch,
  { pass, attempt }: { pass: 'judge' | 'refit'; attempt: number },
): MiningRecord {
  const spaces = Object.keys(triplets) as Space[];
  return {
    epochs: spaces.map((space) => {
      const own = lines.filter((line) => line.space === space);
      const countOf = (kind: Difficulty) => own.filter((line) => line.kind === kind).length;
      const kinds = { hard: countOf('hard'), semiHard: countOf('semi-hard'), easy: countOf('easy') };
      return { pass, attempt, step: begun, space, triplets: own.length, ...kinds };
    }),
    hardest: spaces.flatMap((space) =>
      distinct(lines.filter((line) => line.space === space))
        .slice(0, HARDEST)
        .map(({ kind, gap, ...line }) => line),
    ),
  };
}

/** The hardest triplet of each style of an anchor: one wrong label makes many hard triplets. */
function distinct(lines: readonly TripletLine[]): TripletLine[] {
  const seen = new Set<string>();
  return lines.filter(({ anchor: { styleId } }) => !seen.has(styleId) && seen.add(styleId));
}

function marginOf({ loss, miner }: Pick<TrainingSettings, 'loss' | 'miner'>): number {
  if (loss.name === 'triplet-margin') return loss.margin;
  return miner !== null && 'margin' in miner ? miner.margin : MARGIN;
}
