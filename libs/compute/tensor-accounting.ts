import type { ComputeBackend } from './compute-backend.js';

/**
 * How many tensors `work` left alive beyond those it returned or found: zero for code that owns what it makes.
 * Runs `work` twice and counts the second time, so that what is made once and kept for good is no leak.
 */
export function countLeakedTensors({ tf }: ComputeBackend, work: () => void): number {
  work();
  const before = tf.memory().numTensors;
  work();
  return tf.memory().numTensors - before;
}
