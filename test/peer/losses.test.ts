import { openBackend } from '#compute';
import { DISTANCE_NAMES, LOSS_NAMES, trainingSettingsSchema } from '#foundation';
import { DISTANCES, tripletLoss } from '#metric-learning';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readGolden, relativeError } from './golden.js';

const rows = z.array(z.array(z.number()));
const golden = readGolden(
  'losses',
  z.strictObject({
    batches: z.record(
      z.string(),
      z.strictObject({ embeddings: rows, labels: z.array(z.int()), triplets: z.array(z.array(z.int()).length(3)) }),
    ),
    cases: z.array(
      z.strictObject({
        loss: trainingSettingsSchema.in.shape.loss,
        distance: z.enum(DISTANCE_NAMES),
        batch: z.string(),
        value: z.number(),
        gradient: rows,
      }),
    ),
  }),
);

const { tf } = await openBackend('cpu');
type Case = (typeof golden.cases)[number];
type Batch = (typeof golden.batches)[string];

function lossOf({ loss, distance }: Case, { triplets }: Batch): (embeddings: Tensor2D) => Scalar {
  const column = (at: number) => Int32Array.from(triplets, (triplet) => triplet[at] ?? -1);
  const mined = { anchors: column(0), positives: column(1), negatives: column(2) };
  return (embeddings) => tripletLoss(loss).cost(embeddings, mined, DISTANCES[distance]);
}

describe('losses of pytorch-metric-learning', () => {
  it('are all of those that settings may name', () => {
    expect([...new Set(golden.cases.map(({ loss }) => loss.name))].sort()).toEqual([...LOSS_NAMES].sort());
  });

  it.each(golden.cases)('equal $loss on $distance, batch $batch, to 1e-5', (of) => {
    const batch = golden.batches[of.batch] as Batch;
    const [value, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((x) => lossOf(of, batch)(x as Tensor2D))(tf.tensor2d(batch.embeddings));
      return [value.dataSync<'float32'>(), grad.dataSync<'float32'>()];
    });
    expect(relativeError(value, [of.value])).toBeLessThan(1e-5);
    expect(relativeError(gradient, of.gradient.flat())).toBeLessThan(1e-5);
  });
});
