import { openBackend } from '#compute';
import { DISTANCE_NAMES, LOSS_NAMES, trainingSettingsSchema } from '#foundation';
import { DISTANCES, lossOf } from '#metric-learning';
import type { Scalar, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readGolden, relativeError } from './golden.js';

const rows = z.array(z.array(z.number()));
const golden = readGolden(
  'losses',
  z.strictObject({
    batches: z.record(
      z.string(),
      z.strictObject({
        embeddings: rows,
        /** Rows with equal numbers are positives, rows with different ones negatives; the two may differ. */
        positive: z.array(z.int()),
        negative: z.array(z.int()),
        triplets: z.array(z.array(z.int()).length(3)),
        proxies: rows,
      }),
    ),
    cases: z.array(
      z.strictObject({
        loss: trainingSettingsSchema.in.shape.loss,
        distance: z.enum(DISTANCE_NAMES),
        batch: z.string(),
        value: z.number(),
        gradient: rows,
        /** Of the proxies, where the loss has them. */
        proxyGradient: rows.nullable(),
      }),
    ),
  }),
);

const { tf } = await openBackend('cpu');
type Case = (typeof golden.cases)[number];
type Batch = (typeof golden.batches)[string];

/** Value of a loss, and its gradient in the embeddings and in the proxies. */
function evaluate({ loss: given, distance }: Case, batch: Batch) {
  const { loss: settings } = trainingSettingsSchema.parse({ loss: given, distance });
  const loss = lossOf(settings);
  const [positive, negative] = [Int32Array.from(batch.positive), Int32Array.from(batch.negative)];
  const relation = { positive, negative, photo: positive.map((_, row) => row) };
  return tf.tidy(() => {
    const embeddings = tf.variable(tf.tensor2d(batch.embeddings));
    const vectors = tf.variable(tf.tensor2d(batch.proxies));
    const classes = Int32Array.from(batch.proxies, (_, row) => row);
    const cost = (): Scalar => {
      const x = embeddings as Tensor2D;
      switch (loss.of) {
        case 'triplets':
          return loss.cost(x, tripletsOf(batch), DISTANCES[distance]);
        case 'pairs':
          return loss.cost(x, relation, DISTANCES[distance]);
        case 'proxies':
          return loss.cost(x, relation, { vectors, positive: classes, negative: classes });
      }
    };
    const trained: Variable[] = loss.of === 'proxies' ? [embeddings, vectors] : [embeddings];
    const { value, grads } = tf.variableGrads(cost, trained);
    const numbers = (variable: Variable) => [...(grads[variable.name]?.dataSync<'float32'>() ?? [])];
    const found = {
      value: value.dataSync<'float32'>(),
      gradient: numbers(embeddings),
      proxyGradient: numbers(vectors),
    };
    tf.dispose([embeddings, vectors]);
    return found;
  });
}

const dimOf = (embeddings: Batch['embeddings']) => embeddings[0]?.length ?? 0;

function tripletsOf({ triplets }: Batch) {
  const column = (at: number) => Int32Array.from(triplets, (triplet) => triplet[at] ?? -1);
  return { anchors: column(0), positives: column(1), negatives: column(2) };
}

describe('losses of pytorch-metric-learning', () => {
  it('are all of those that settings may name', () => {
    expect([...new Set(golden.cases.map(({ loss }) => loss.name))].sort()).toEqual([...LOSS_NAMES].sort());
  });

  it.each(golden.cases)('equal $loss on $distance, batch $batch, to 1e-5', (of) => {
    const found = evaluate(of, golden.batches[of.batch] as Batch);
    expect(relativeError(found.value, [of.value])).toBeLessThan(1e-5);
    // A cosine has no slope at a zero vector: what stands there is one over either side's least length.
    const { embeddings } = golden.batches[of.batch] as Batch;
    const hasSlope = (at: number) => of.distance !== 'cosine' || embeddings[at]?.some((value) => value !== 0) === true;
    const slopes = (numbers: readonly number[]) =>
      numbers.filter((_, at) => hasSlope(Math.floor(at / dimOf(embeddings))));
    expect(found.gradient.every(Number.isFinite)).toBe(true);
    expect(relativeError(slopes(found.gradient), slopes(of.gradient.flat()))).toBeLessThan(1e-5);
    expect(relativeError(found.proxyGradient, of.proxyGradient?.flat() ?? [])).toBeLessThan(1e-5);
  });
});
