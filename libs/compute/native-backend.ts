import { createRequire } from 'node:module';
import { type Device, messageOf, WeftError } from '#foundation';
import type * as tfjsNode from '@tensorflow/tfjs-node-gpu';
import type { ComputeBackend } from './compute-backend.js';

/** The native parts of TensorFlow are absent or do not load. Code `tensorflow-missing`. */
export class TensorflowMissing extends WeftError {
  constructor(cause: unknown) {
    super('tensorflow-missing', `TensorFlow does not load: ${messageOf(cause).split('\n')[0]}`, {
      remedy: 'Run: npm run -s weft -- setup; or set WEFT_DEVICE=wasm, which needs no native parts and is slower.',
      cause,
    });
  }
}

/**
 * The native library through its addon.
 *
 * @param threads that one operation may use
 * @throws TensorflowMissing
 */
export function loadNative(device: Device, threads: number): ComputeBackend {
  // libtensorflow takes these from the C environment only, at its first use, so they are written here, not read.
  const settings = {
    TF_NUM_INTRAOP_THREADS: `${threads}`,
    TF_NUM_INTEROP_THREADS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '' } : {}),
  };
  // eslint-disable-next-line no-restricted-properties -- written for the C library, nothing is read
  Object.assign(process.env, settings);

  const require = createRequire(import.meta.url);
  restoreIsNullOrUndefined(require('node:util') as Record<string, unknown>);
  let tf: typeof tfjsNode;
  try {
    tf = require('@tensorflow/tfjs-node-gpu') as typeof tfjsNode;
  } catch (error) {
    throw new TensorflowMissing(error);
  }
  const native = tf.backend() as unknown as { isUsingGpuDevice: boolean; binding: { TF_Version: string } };
  return {
    tf,
    description: {
      tensorflow: native.binding.TF_Version,
      tfjs: tf.version['tfjs-core'],
      device: native.isUsingGpuDevice ? 'gpu' : 'cpu',
      threads,
      insteadBecause: null,
    },
  };
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreIsNullOrUndefined(util: Record<string, unknown>): void {
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
}
