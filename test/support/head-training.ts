import { type Random, type TrainingSettings, trainingSettingsSchema } from '#foundation';
import type { LinearHead, TwoPartHeads } from '#networks';
import type { NaiveHead, NaiveHeads, NaiveLabels, NaiveLossName } from './naive/heads-training.js';
import type { Rows } from './naive/metric-learning.js';

/** Random numbers in [-1, 1), already rounded to float32. */
export function randomRows(count: number, width: number, random: Random): Rows {
  return Array.from({ length: count }, () => Array.from({ length: width }, () => Math.fround(random.between(-1, 1))));
}

export const flat = (rows: Rows) => Float32Array.from(rows.flat());

/** Settings of the combinations that the papers of FaceNet and of Hermans et al. name. */
export const COMBINATIONS: readonly { name: NaiveLossName; settings: TrainingSettings }[] = [
  { name: 'batch-hard-soft-margin', settings: trainingSettingsSchema.parse({}) },
  { name: 'semi-hard-margin', settings: trainingSettingsSchema.parse({ loss: { name: 'triplet-margin' } }) },
];

/** The rows of a matrix. */
export function rowsOf(values: Float32Array, width: number): Rows {
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);
}

export function randomHead(inputs: number, outputs: number, random: Random): LinearHead {
  return {
    weight: flat(randomRows(inputs, outputs, random)),
    bias: flat(randomRows(1, outputs, random)),
    inputs,
    outputs,
  };
}

export function naiveHead({ weight, bias, outputs }: LinearHead): NaiveHead {
  return { weight: rowsOf(weight, outputs), bias: [...bias] };
}

export function naiveHeads({ shape, colour }: TwoPartHeads): NaiveHeads {
  return { shape: naiveHead(shape), colour: naiveHead(colour) };
}

/** Labels as a batch has them: two products to a style, a few photos to a product, one row in six a photo repeated. */
export function randomLabels(count: number, random: Random): NaiveLabels {
  const photo: number[] = [];
  const product: number[] = [];
  for (let row = 0; row < count; row += 1) {
    const isRepeated = row > 0 && random.next() < 1 / 6;
    photo.push(isRepeated ? (photo[row - 1] as number) : row);
    product.push(isRepeated ? (product[row - 1] as number) : random.int(Math.ceil(count / 2)));
  }
  const lab = product.map(() =>
    [100 * random.next(), random.between(-60, 60), random.between(-60, 60)].map(Math.fround),
  );
  return { photo, product, style: product.map((label) => label >> 1), lab };
}

export function typedLabels({ photo, product, style, lab }: NaiveLabels) {
  return {
    photo: Int32Array.from(photo),
    view: Int32Array.from(photo),
    product: Int32Array.from(product),
    style: Int32Array.from(style),
    category: new Int32Array(style.length),
    lab: flat(lab),
  };
}

/** The largest difference between two lists of numbers of one length. */
export function worstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let at = 0; at < actual.length; at += 1) {
    const difference = Math.abs((actual[at] as number) - (expected[at] as number));
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}
