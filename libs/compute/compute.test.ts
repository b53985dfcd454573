import { Random } from '#foundation';
import { describe, expect, it, vi } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import {
  AdamW,
  type AdamWState,
  cosineRate,
  countLeakedTensors,
  openBackend,
  selfTest,
  symmetricEigen,
} from './index.js';

const backend = await openBackend(underTest.device);
const { tf } = backend;

/** A random symmetric matrix with eigenvalues of either sign. */
function symmetric(size: number, seed: number): Float32Array {
  const random = new Random(seed);
  const matrix = new Float32Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      matrix[row * size + column] = matrix[column * size + row] = random.between(-1, 1);
    }
  }
  return matrix;
}

describe('openBackend', () => {
  it('describes what it loaded', () => {
    const tensorflow: unknown = underTest.device === 'wasm' ? null : expect.stringMatching(/^2\.\d+\.\d+/);
    const tfjs: unknown = expect.stringMatching(/^4\./);
    const { device } = underTest;
    expect(backend.description).toEqual({ device, threads: 1, tensorflow, tfjs, insteadBecause: null });
  });

  it('loads once a process', async () => {
    expect(await openBackend('auto')).toBe(backend);
  });

  it('fails with the reason when a GPU was demanded and the truth is another', async () => {
    await expect(openBackend('gpu')).rejects.toThrow(/computes on the CPU: .+\./);
    await expect(openBackend('gpu')).rejects.toMatchObject({ code: 'gpu-not-used' });
  });
});

describe('symmetricEigen', () => {
  it('satisfies A v = lambda v with unit, orthogonal eigenvectors in ascending order', () => {
    const size = 24;
    const matrix = symmetric(size, 1);
    const { values, vectors } = symmetricEigen(backend, matrix, size);
    for (let k = 0; k < size; k += 1) {
      if (k > 0) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1] ?? Infinity);
      for (let row = 0; row < size; row += 1) {
        let image = 0;
        for (let j = 0; j < size; j += 1) image += (matrix[row * size + j] ?? 0) * (vectors[j * size + k] ?? 0);
        expect(image).toBeCloseTo((values[k] ?? 0) * (vectors[row * size + k] ?? 0), 4);
      }
      for (let l = 0; l <= k; l += 1) {
        let product = 0;
        for (let j = 0; j < size; j += 1) product += (vectors[j * size + k] ?? 0) * (vectors[j * size + l] ?? 0);
        expect(product).toBeCloseTo(k === l ? 1 : 0, 4);
      }
    }
  });

  it('gives the eigenvalues of a matrix worked by hand', () => {
    // [[2, 1], [1, 2]] has eigenvalues 1 and 3.
    const { values } = symmetricEigen(backend, Float32Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(1, 5);
    expect(values[1]).toBeCloseTo(3, 5);
  });

  it('leaves no tensor behind', () => {
    expect(countLeakedTensors(backend, () => symmetricEigen(backend, symmetric(8, 2), 8))).toBe(0);
  });
});

describe.skipIf(underTest.device === 'wasm')('symmetricEigen by TensorFlow', () => {
  it('leaves no tensor behind when the kernel fails', () => {
    const native = tf.backend() as unknown as { executeMultipleOutputs: () => never };
    const kernel = vi.spyOn(native, 'executeMultipleOutputs').mockImplementation(() => {
      throw new Error('out of memory');
    });
    const before = tf.memory().numTensors;
    expect(() => symmetricEigen(backend, symmetric(8, 2), 8)).toThrow('out of memory');
    expect(tf.memory().numTensors).toBe(before);
    kernel.mockRestore();
  });
});

describe('AdamW', () => {
  it('goes on from its state to the same bits as without a break, and leaves nothing behind', () => {
    const gradient = (step: number) => tf.tensor1d([step, -1, 0.5]);
    const run = (from: AdamWState | null, values: Float32Array, steps: number[]) => {
      const variable = tf.tidy(() => tf.variable(tf.tensor1d(values)));
      const optimiser = new AdamW(backend);
      if (from !== null) optimiser.restore([variable], from);
      for (const step of steps) tf.tidy(() => optimiser.step([variable], { [variable.name]: gradient(step) }, 0.1));
      const outcome = { values: variable.dataSync<'float32'>().slice(), state: optimiser.state([variable]) };
      optimiser.dispose();
      variable.dispose();
      return outcome;
    };
    const before = tf.memory().numTensors;
    const start = Float32Array.of(1, 2, 3);
    const whole = run(null, start, [1, 2, 3, 4, 5]);
    const half = run(null, start, [1, 2, 3]);
    expect(half.state.steps).toBe(3);
    expect(run(half.state, half.values, [4, 5])).toEqual(whole);
    expect(run(null, half.values, [4, 5]).values).not.toEqual(whole.values);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('countLeakedTensors', () => {
  it('counts what is left alive', () => {
    const kept: ReturnType<typeof tf.scalar>[] = [];
    expect(countLeakedTensors(backend, () => kept.push(tf.scalar(1), tf.scalar(2)))).toBe(2);
    tf.dispose(kept);
  });
});

describe('selfTest', () => {
  it('passes on a device that calculates rightly, far inside the tolerance', () => {
    const { passed, errors, device } = selfTest(backend);
    expect([passed, device]).toEqual([true, underTest.device]);
    for (const error of Object.values(errors)) expect(error).toBeLessThan(1e-5);
  });

  it('fails on a device whose products are wrong, or are no numbers', () => {
    for (const flaw of [1.05, NaN]) {
      const wrong = { ...tf, matMul: (...args: Parameters<typeof tf.matMul>) => tf.mul(tf.matMul(...args), flaw) };
      expect(selfTest({ ...backend, tf: wrong as typeof tf }).passed).toBe(false);
    }
  });

  it('leaves no tensor behind', () => {
    expect(countLeakedTensors(backend, () => selfTest(backend))).toBe(0);
  });
});

describe('cosineRate', () => {
  it('falls from the peak through its half to zero', () => {
    expect(cosineRate(0.004, 0, 100)).toBeCloseTo(0.004, 12);
    expect(cosineRate(0.004, 50, 100)).toBeCloseTo(0.002, 12);
    expect(cosineRate(0.004, 100, 100)).toBeCloseTo(0, 12);
  });
});

describe('AdamW', () => {
  /** Algorithm 2 of arXiv 1711.05101 on one number, in float64. */
  function naiveAdamW(weight: number, gradients: number[], rate: number, decay: number): number {
    let mean = 0;
    let square = 0;
    gradients.forEach((gradient, index) => {
      mean = 0.9 * mean + 0.1 * gradient;
      square = 0.999 * square + 0.001 * gradient * gradient;
      const meanHat = mean / (1 - 0.9 ** (index + 1));
      const squareHat = square / (1 - 0.999 ** (index + 1));
      weight -= rate * (meanHat / (Math.sqrt(squareHat) + 1e-8) + decay * weight);
    });
    return weight;
  }

  it('follows the published algorithm', () => {
    const gradients = [0.5, -0.25, 1, 0.125, -2];
    const variable = tf.tidy(() => tf.variable(tf.scalar(3)));
    const optimiser = new AdamW(backend, { weightDecay: 0.1 });
    for (const gradient of gradients) {
      tf.tidy(() => optimiser.step([variable], { [variable.name]: tf.scalar(gradient) }, 0.01));
    }
    expect(variable.dataSync()[0]).toBeCloseTo(naiveAdamW(3, gradients, 0.01, 0.1), 5);
    optimiser.dispose();
    variable.dispose();
  });

  it('leaves no tensor behind once disposed', () => {
    const leaked = countLeakedTensors(backend, () => {
      const variable = tf.tidy(() => tf.variable(tf.ones([2, 3])));
      const optimiser = new AdamW(backend);
      tf.tidy(() => optimiser.step([variable], { [variable.name]: tf.ones([2, 3]) }, 0.1));
      optimiser.dispose();
      variable.dispose();
    });
    expect(leaked).toBe(0);
  });
});
