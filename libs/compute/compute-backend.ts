import type * as tfjs from '@tensorflow/tfjs-core';

/** What computes, as recorded in the metrics of a model. */
export interface ComputeDescription {
  /** Version of libtensorflow, for example `2.21.0`; null in WebAssembly, which has none. */
  tensorflow: string | null;
  /** Version of TensorFlow.js, for example `4.22.0`. */
  tfjs: string;
  device: 'cpu' | 'gpu' | 'wasm';
  /** Threads that one operation may use. */
  threads: number;
  /** Why WebAssembly computes where `auto` would rather have had the native library; null: nothing was replaced. */
  insteadBecause: string | null;
}

export interface ComputeBackend {
  readonly tf: typeof tfjs;
  readonly description: ComputeDescription;
}
