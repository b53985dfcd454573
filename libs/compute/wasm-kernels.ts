import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tfjs from '@tensorflow/tfjs';
import type { NamedTensorInfoMap, TensorInfo, UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core';

/** Adds the kernel that the gradients of training need and the WebAssembly backend lacks, and mends one. */
export function mendKernels(tf: typeof tfjs): void {
  tf.registerKernel({ kernelName: 'UnsortedSegmentSum', backendName: 'wasm', kernelFunc: unsortedSegmentSum });
  const sum = tf.getKernel('Sum', 'wasm');
  tf.unregisterKernel('Sum', 'wasm');
  tf.registerKernel({ ...sum, kernelFunc: (given) => sumOrZero(sum.kernelFunc, given) });
}

/** The backend's own sum over no elements gives whatever lay in memory. */
function sumOrZero(sum: tfjs.KernelFunc, given: Parameters<tfjs.KernelFunc>[0]): TensorInfo {
  const output = sum(given) as TensorInfo;
  const { x } = given.inputs as NamedTensorInfoMap & { x: TensorInfo };
  if (x.shape.includes(0)) (given.backend as BackendWasm).typedArrayFromHeap(output).fill(0);
  return output;
}

/** The gradient of a gather: adds row i of x, a float32 tensor, to row segmentIds[i] of the output. */
function unsortedSegmentSum({ inputs, attrs, backend }: Parameters<tfjs.KernelFunc>[0]): TensorInfo {
  const { x, segmentIds } = inputs as NamedTensorInfoMap & { x: TensorInfo; segmentIds: TensorInfo };
  const { numSegments } = attrs as unknown as UnsortedSegmentSumAttrs;
  const wasm = backend as BackendWasm;
  if (x.dtype !== 'float32' || segmentIds.shape.length !== 1) {
    throw new RangeError(`UnsortedSegmentSum of ${x.dtype} by ids of rank ${segmentIds.shape.length} is not built.`);
  }
  const rowShape = x.shape.slice(1);
  const output = wasm.makeOutput([numSegments, ...rowShape], 'float32');
  // Views of the heap, which moves when it grows: taken after the output has been made.
  const sums = wasm.typedArrayFromHeap(output).fill(0);
  const values = wasm.typedArrayFromHeap(x);
  const width = rowShape.reduce((product, size) => product * size, 1);
  wasm.typedArrayFromHeap(segmentIds).forEach((segment, row) => {
    // TensorFlow drops ids out of range as well.
    if (segment < 0 || segment >= numSegments) return;
    for (let k = 0; k < width; k += 1) {
      sums[segment * width + k] = (sums[segment * width + k] as number) + (values[row * width + k] as number);
    }
  });
  return output;
}
