import { symmetricEigen, type ComputeBackend } from '#compute';
import { Random } from '#foundation';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LinearHead } from '#networks';
import { applyHead } from './apply-head.js';
import { scaleRowsToUnit, takeColumns, takeRows } from './rows.js';

/** Components with less than this share of the largest variance are noise of float32. */
const LEAST_SHARE = 1e-6;
/** The same for the largest itself: the square of what float32 leaves open in a unit row. */
const LEAST_VARIANCE = 1e-14;

/**
 * One part of the features, prepared for training: unit rows, centred on the shop, in whitened principal coordinates,
 * of unit RMS length.
 *
 * Training in principal coordinates rather than on the raw columns makes a step several times cheaper and, since AdamW
 * moves all coordinates alike, weighs them by how much they vary: figures in docs/evaluation.md.
 */
export interface FeatureBlock {
  values: Float32Array; // [photos, width]
  /** Components kept, in order of falling variance; fewer than asked for when the photos do not have them. */
  width: number;
  /** The map from unit rows of the raw columns to `values`. */
  projection: LinearHead; // columns -> width
}

export interface BlockSettings {
  /** Columns of the features, [from, to). */
  columns: readonly [number, number];
  /** Principal components to keep. */
  components: number;
  /** Each component is divided by its variance to this power: 0 not at all, .5 all alike. */
  whitening: number;
}

/**
 * Cuts one block out of the features and prepares it. All rows are transformed; only `fitted` rows decide centre,
 * components and scale, so that nothing of other splits leaks into training.
 *
 * Where the fitted rows do not differ, or there are none, nothing is centred and random signs stand in for principal
 * components: they keep about every angle (D. Achlioptas, Database-friendly random projections, 2003).
 *
 * @param features [photos, featureWidth]
 */
export function prepareBlock(
  backend: ComputeBackend,
  features: Float32Array,
  featureWidth: number,
  fitted: readonly number[],
  { columns: [from, to], components, whitening }: BlockSettings,
): FeatureBlock {
  const columns = to - from;
  const unit = takeColumns(features, featureWidth, from, to); // [photos, columns]
  scaleRowsToUnit(unit, columns);
  const own = takeRows(unit, columns, fitted);
  const mean = new Float64Array(columns);
  own.forEach((value, at) => (mean[at % columns] = (mean[at % columns] as number) + value / fitted.length));
  const centred = own.map((value, at) => value - (mean[at % columns] as number));

  const principal = principalDirections(backend, centred, fitted.length, columns, components);
  const largest = principal[0]?.variance ?? 0;
  const kept = principal.filter(({ variance }) => variance > Math.max(largest * LEAST_SHARE, LEAST_VARIANCE));
  const projection = kept.length === 0 ? randomSigns(columns, components) : whitened(kept, mean, whitening);
  const values = numbersOf(backend, (tf) => {
    const weight = tf.tensor2d(projection.weight, [columns, projection.outputs]);
    const rows = tf.tensor2d(unit, [unit.length / columns, columns]);
    return tf.add(tf.matMul(rows, weight), tf.tensor1d(projection.bias));
  }); // [photos, width]
  return { values, width: projection.outputs, projection };
}

/** Centres on `mean`, turns to the components and divides each by its variance to the power `whitening`. */
function whitened(kept: readonly Component[], mean: Float64Array, whitening: number): LinearHead {
  const columns = mean.length;
  const scale = 1 / Math.sqrt(kept.reduce((sum, { variance }) => sum + variance ** (1 - 2 * whitening), 0));
  const projection: LinearHead = {
    weight: new Float32Array(columns * kept.length),
    bias: new Float32Array(kept.length),
    inputs: columns,
    outputs: kept.length,
  };
  kept.forEach(({ variance, direction }, component) => {
    const factor = scale / variance ** whitening;
    let bias = 0;
    direction.forEach((value, k) => {
      projection.weight[k * kept.length + component] = value * factor;
      bias -= (mean[k] as number) * value * factor;
    });
    projection.bias[component] = bias;
  });
  return projection;
}

function randomSigns(columns: number, outputs: number): LinearHead {
  const random = new Random(columns);
  const size = 1 / Math.sqrt(outputs);
  const weight = Float32Array.from({ length: columns * outputs }, () => (random.next() < 0.5 ? -size : size));
  return { weight, bias: new Float32Array(outputs), inputs: columns, outputs };
}

/**
 * The photos of another shop in the coordinates of `block`, by that shop's own statistics: its rows are centred on its
 * own mean and scaled to its own RMS length 1. The directions are the block's, so that heads for the block's rows are
 * heads for these, too; `foldBlock` gives them the other shop's centre.
 *
 * Where the fitted rows do not differ, or there are none, the block's own centre and scale stay.
 *
 * @param features [photos, featureWidth] of the other shop
 * @param fitted rows of those that decide centre and scale
 */
export function recentreBlock(
  block: FeatureBlock,
  features: Float32Array,
  featureWidth: number,
  fitted: readonly number[],
  [from, to]: BlockSettings['columns'],
): FeatureBlock {
  const { width, projection } = block;
  const unit = takeColumns(features, featureWidth, from, to); // [photos, columns]
  scaleRowsToUnit(unit, to - from);
  const own = applyHead(projection, takeRows(unit, to - from, fitted)); // [fitted, width]
  const mean = new Float64Array(width);
  own.forEach((value, at) => (mean[at % width] = (mean[at % width] as number) + value / fitted.length));
  const squares = own.reduce((sum, value, at) => sum + (value - (mean[at % width] as number)) ** 2, 0);
  if (squares / fitted.length > LEAST_VARIANCE) {
    const scale = Math.sqrt(fitted.length / squares);
    const centred: LinearHead = {
      ...projection,
      weight: projection.weight.map((value) => value * scale),
      bias: projection.bias.map((value, k) => (value - (mean[k] as number)) * scale),
    };
    return { values: applyHead(centred, unit), width, projection: centred };
  }
  return { values: applyHead(projection, unit), width, projection };
}

/**
 * The untrained head, where training begins: the first principal components as they are, outputs of RMS length 1.
 * Outputs beyond the block's width stay zero.
 *
 * @param fitted the rows that the block was fitted on
 */
export function principalHead(block: FeatureBlock, fitted: readonly number[], outputs: number): LinearHead {
  const kept = Math.min(block.width, outputs);
  let squares = 0;
  for (const row of fitted) {
    for (let k = 0; k < kept; k += 1) squares += (block.values[row * block.width + k] as number) ** 2;
  }
  const head: LinearHead = {
    weight: new Float32Array(block.width * outputs),
    bias: new Float32Array(outputs),
    inputs: block.width,
    outputs,
  };
  const scale = squares === 0 ? 1 : Math.sqrt(fitted.length / squares);
  for (let k = 0; k < kept; k += 1) head.weight[k * outputs + k] = scale;
  return head;
}

/** The same head for unit rows of the raw columns: (x P + p) W + b = x (P W) + (p W + b). */
export function foldBlock(head: LinearHead, { projection }: FeatureBlock): LinearHead {
  const { outputs } = head;
  const withoutBias = { ...head, bias: new Float32Array(outputs) };
  return {
    weight: applyHead(withoutBias, projection.weight),
    bias: applyHead(head, projection.bias),
    inputs: projection.inputs,
    outputs,
  };
}

/** A principal component: a unit direction of the columns, and how much the rows vary along it. */
interface Component {
  variance: number;
  direction: Float64Array; // [columns]
}

/**
 * Unit directions and their variances, in order of falling variance, from the Gram matrix or the covariance, whichever
 * is smaller. The sign of each is fixed by its largest entry, which is positive.
 */
function principalDirections(
  backend: ComputeBackend,
  centred: Float32Array, // [count, columns], columns of mean zero
  count: number,
  columns: number,
  wanted: number,
): Component[] {
  if (count === 0) return [];
  const { tf } = backend;
  const isGram = count < columns;
  const size = isGram ? count : columns;
  const taken = Math.min(wanted, size);
  const matrix = tf.tensor2d(centred, [count, columns]);
  let values: Float32Array; // [size], ascending
  let directions: Float32Array; // [taken, columns], ascending
  try {
    const products = numbersOf(backend, () => tf.div(tf.matMul(matrix, matrix, !isGram, isGram), count));
    const eigen = symmetricEigen(backend, products, size); // vectors: [size, size]
    values = eigen.values;
    directions = numbersOf(backend, () => {
      const largest = tf.slice(tf.tensor2d(eigen.vectors, [size, size]), [0, size - taken], [size, taken]);
      // Eigenvectors of the Gram matrix weigh the rows; the rows so weighed are those of the covariance.
      return isGram ? tf.matMul(largest, matrix, true) : tf.transpose(largest);
    });
  } finally {
    matrix.dispose();
  }
  return Array.from({ length: taken }, (_, component) => {
    const row = taken - 1 - component;
    const direction = Float64Array.from(directions.subarray(row * columns, (row + 1) * columns));
    let squares = 0;
    let leading = 0;
    for (const value of direction) {
      squares += value * value;
      if (Math.abs(value) > Math.abs(leading)) leading = value;
    }
    const factor = squares === 0 ? 0 : Math.sign(leading) / Math.sqrt(squares);
    return {
      variance: Math.max(values[size - 1 - component] as number, 0),
      direction: direction.map((value) => value * factor),
    };
  });
}

/**
 * The numbers of a tensor. Read outside of `tidy`, which looks at every element of what it returns as a possible tensor:
 * above 16.7 million of them, 65,536 photos, it ends in "Set maximum size exceeded".
 */
function numbersOf({ tf }: ComputeBackend, make: (tf: ComputeBackend['tf']) => Tensor): Float32Array {
  const tensor = tf.tidy(() => make(tf));
  try {
    return tensor.dataSync<'float32'>().slice();
  } finally {
    tensor.dispose();
  }
}
