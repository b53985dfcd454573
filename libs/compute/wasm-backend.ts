import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { WeftError } from '#foundation';
import type * as tfjsWasm from '@tensorflow/tfjs-backend-wasm';
import type * as tfjs from '@tensorflow/tfjs';
import type { ComputeBackend } from './compute-backend.js';
import { mendKernels } from './wasm-kernels.js';

/**
 * TensorFlow.js in WebAssembly: npm packages only, on every platform that Node runs on. One thread, like the native one.
 *
 * @param insteadBecause why not the native library; null: it was asked for
 * @throws WeftError `wasm-unusable`
 */
export async function loadWasm(insteadBecause: string | null): Promise<ComputeBackend> {
  const require = createRequire(import.meta.url);
  // The core with all gradients, through require like the native one: the losses must meet the same instance.
  const tf = require('@tensorflow/tfjs') as typeof tfjs;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof tfjsWasm;
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
  wasm.setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) {
    throw new WeftError('wasm-unusable', 'TensorFlow.js cannot compute in WebAssembly with this Node.', {
      value: process.version,
      remedy: 'Install Node.js 20.19 or newer and run npm ci.',
    });
  }
  mendKernels(tf);
  return {
    tf,
    description: { tensorflow: null, tfjs: tf.version_core, device: 'wasm', threads: 1, insteadBecause },
  };
}
