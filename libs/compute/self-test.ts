import { Random } from '#foundation';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ComputeBackend, ComputeDescription } from './compute-backend.js';

/** TensorFloat-32, which GPUs multiply in, has 10 bits after the point: errors near 1e-3. */
const TOLERANCE = 1e-2;

const ROWS = 64;
const INNER = 96;
const COLUMNS = 48;
const SIDE = 12;
const CHANNELS = 3;
const FILTERS = 4;

export interface SelfTestResult extends ComputeDescription {
  /** Largest error of each calculation, as a share of the largest number of the result; null: not finite. */
  errors: Record<string, number | null>;
  tolerance: number;
  passed: boolean;
}

/**
 * Multiplies matrices and takes the gradient of a convolution on the backend's device, and holds both against sums in
 * float64. WebAssembly has no gradient of a convolution and trains heads without one. Leaves no tensor behind.
 */
export function selfTest(backend: ComputeBackend): SelfTestResult {
  const random = new Random(5);
  const errors: Record<string, number | null> = { matMul: errorOfProduct(backend, random) };
  if (backend.description.device !== 'wasm') errors['convolutionGradient'] = errorOfConvolution(backend, random);
  const passed = Object.values(errors).every((error) => error !== null && error <= TOLERANCE);
  return { ...backend.description, errors, tolerance: TOLERANCE, passed };
}

function errorOfProduct({ tf }: ComputeBackend, random: Random): number | null {
  const [a, b] = [numbers(random, ROWS * INNER), numbers(random, INNER * COLUMNS)];
  const expected = new Float64Array(ROWS * COLUMNS);
  for (let i = 0; i < ROWS; i += 1) {
    for (let k = 0; k < INNER; k += 1) {
      for (let j = 0; j < COLUMNS; j += 1)
        add(expected, i * COLUMNS + j, at(a, i * INNER + k) * at(b, k * COLUMNS + j));
    }
  }
  const actual = valuesOf(tf.tidy(() => tf.matMul(tf.tensor2d(a, [ROWS, INNER]), tf.tensor2d(b, [INNER, COLUMNS]))));
  return relativeError(actual, expected);
}

/** Gradient of the sum of a convolution's outputs, each times its own weight, by the 3 x 3 filter. */
function errorOfConvolution({ tf }: ComputeBackend, random: Random): number | null {
  const out = SIDE - 2;
  const image = numbers(random, SIDE * SIDE * CHANNELS);
  const filter = numbers(random, 9 * CHANNELS * FILTERS);
  const weight = numbers(random, out * out * FILTERS);
  const expected = new Float64Array(filter.length);
  for (let y = 0; y < out; y += 1) {
    for (let x = 0; x < out; x += 1) {
      for (let tap = 0; tap < 9 * CHANNELS; tap += 1) {
        const [row, column, channel] = [Math.floor(tap / 3 / CHANNELS), Math.floor(tap / CHANNELS) % 3, tap % CHANNELS];
        const pixel = at(image, ((y + row) * SIDE + x + column) * CHANNELS + channel);
        for (let f = 0; f < FILTERS; f += 1) {
          add(expected, tap * FILTERS + f, pixel * at(weight, (y * out + x) * FILTERS + f));
        }
      }
    }
  }
  const gradient = tf.tidy(() => {
    const input = tf.tensor4d(image, [1, SIDE, SIDE, CHANNELS]);
    const factors = tf.tensor4d(weight, [1, out, out, FILTERS]);
    const loss = (kernel: Tensor) => tf.sum(tf.mul(tf.conv2d(input, kernel as Tensor4D, 1, 'valid'), factors));
    return tf.grad(loss)(tf.tensor4d(filter, [3, 3, CHANNELS, FILTERS]));
  });
  return relativeError(valuesOf(gradient), expected);
}

const numbers = (random: Random, count: number) => Float32Array.from({ length: count }, () => random.between(-1, 1));
const at = (values: Float32Array | Float64Array, index: number) => values[index] as number;

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = at(sums, index) + value;
}

function valuesOf(tensor: Tensor): Float32Array {
  const values = Float32Array.from(tensor.dataSync<'float32'>());
  tensor.dispose();
  return values;
}

function relativeError(actual: Float32Array, expected: Float64Array): number | null {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = expected.reduce((most, value, index) => Math.max(most, Math.abs(at(actual, index) - value)), 0);
  return Number.isFinite(worst) && actual.every(Number.isFinite) ? worst / largest : null;
}
