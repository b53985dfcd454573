import { Random, type TrainingChoices } from '#foundation';
import { buildSnapshot, type Snapshot, type SnapshotPhoto } from '#datasets';
import { rowsOf } from './snapshots.js';

/** Settings under which a training on {@link withRandomLabels} collapses, again at a tenth of the rate, and not at a hundredth. */
export const COLLAPSING: TrainingChoices = {
  learningRate: 0.3,
  weights: { shape: 1, colour: 1, joined: 0, joinedStyle: 0 },
  colourDifference: 0,
};

/** The same photos under styles and products that say nothing about them, split by split: hold-out styles keep theirs. */
export function withRandomLabels(snapshot: Snapshot): Snapshot {
  const photos = [...snapshot.photos];
  for (const split of ['train', 'validation'] as const) {
    const rows = rowsOf(snapshot, split);
    const shuffled = new Random(5).shuffled(rows);
    rows.forEach((row, at) => {
      const { imageId } = snapshot.photos[row] as SnapshotPhoto;
      photos[row] = { ...(snapshot.photos[shuffled[at] as number] as SnapshotPhoto), imageId };
    });
  }
  return buildSnapshot({ ...snapshot, photos });
}
