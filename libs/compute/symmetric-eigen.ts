import type { Tensor2D } from '@tensorflow/tfjs-core';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { ComputeBackend } from './compute-backend.js';

/** Eigenvalues in ascending order; eigenvector k is column k. */
export interface SymmetricEigen {
  values: Float32Array; // [size]
  vectors: Float32Array; // [size, size]
}

interface NativeKernels {
  executeMultipleOutputs(name: string, attributes: object[], inputs: object[], outputs: number): Tensor2D[];
  binding: { TF_ATTR_BOOL: number; TF_ATTR_TYPE: number; TF_FLOAT: number };
}

/**
 * Eigendecomposition of a symmetric matrix: by TensorFlow's SelfAdjointEigV2 where TensorFlow is native (.4 s for 1280
 * rows), else by ml-matrix in float64. Leaves no tensor behind.
 *
 * @param matrix [size, size], row-major
 */
export function symmetricEigen(backend: ComputeBackend, matrix: Float32Array, size: number): SymmetricEigen {
  return backend.description.device === 'wasm' ? inPlainNumbers(matrix, size) : byTensorflow(backend, matrix, size);
}

function byTensorflow({ tf }: ComputeBackend, matrix: Float32Array, size: number): SymmetricEigen {
  const native = tf.backend() as unknown as NativeKernels;
  const attributes = [
    { name: 'compute_v', type: native.binding.TF_ATTR_BOOL, value: true },
    { name: 'T', type: native.binding.TF_ATTR_TYPE, value: native.binding.TF_FLOAT },
  ];
  const input = tf.tensor2d(matrix, [size, size]);
  let outputs: Tensor2D[] = [];
  try {
    outputs = native.executeMultipleOutputs('SelfAdjointEigV2', attributes, [input], 2);
    const [values, vectors] = outputs.map((output) => output.dataSync<'float32'>().slice());
    if (values === undefined || vectors === undefined) throw new RangeError('SelfAdjointEigV2 gave no result.');
    return { values, vectors };
  } finally {
    tf.dispose([input, ...outputs]);
  }
}

function inPlainNumbers(matrix: Float32Array, size: number): SymmetricEigen {
  const rows = Matrix.from1DArray(size, size, matrix);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(rows, { assumeSymmetric: true });
  return {
    values: Float32Array.from(realEigenvalues),
    vectors: Float32Array.from(eigenvectorMatrix.to1DArray()),
  };
}
