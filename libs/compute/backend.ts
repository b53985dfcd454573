import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf, WeftError } from '#foundation';
import type * as tfjs from '@tensorflow/tfjs-node-gpu';

/** `auto`: a GPU if TensorFlow finds a usable one, else the CPU. `gpu`: the GPU, or the run fails. */
export type Device = 'auto' | 'cpu' | 'gpu';

/** What computes, as recorded in the metrics of a model. */
export interface ComputeDescription {
  /** Version of libtensorflow, for example `2.21.0`. */
  tensorflow: string;
  /** Version of TensorFlow.js, for example `4.22.0`. */
  tfjs: string;
  device: 'cpu' | 'gpu';
  /** Threads that one operation may use. */
  threads: number;
}

export interface ComputeBackend {
  readonly tf: typeof tfjs;
  readonly description: ComputeDescription;
}

/** The native parts of TensorFlow are absent or do not load. Code `tensorflow-missing`. */
class TensorflowMissing extends WeftError {
  constructor(cause: unknown) {
    super('tensorflow-missing', `TensorFlow does not load: ${messageOf(cause).split('\n')[0]}`, {
      remedy: 'Run: npm run -s weft -- setup',
      cause,
    });
  }
}

/** A GPU was demanded and TensorFlow computes on the CPU. Code `gpu-not-used`. */
class GpuNotUsed extends WeftError {
  constructor(reason: string) {
    super('gpu-not-used', `A GPU was demanded, but TensorFlow computes on the CPU: ${reason}.`, {
      remedy: 'Mend the reason, or set WEFT_DEVICE=auto to train on the CPU.',
    });
  }
}

let opened: ComputeBackend | undefined;

/**
 * Loads TensorFlow.js with the native backend, once a process.
 *
 * One thread is the default because it is both faster for linear heads (two threads wait for each other longer than
 * they work) and what makes equal seeds give bit-equal models on machines with different core counts.
 *
 * @param options.threads @default 1; fixed by the first call in a process.
 * @throws TensorflowMissing when the native parts are absent
 * @throws GpuNotUsed when `device` is `gpu` and the truth is the CPU
 */
export function openBackend(device: Device, options: { threads?: number } = {}): ComputeBackend {
  opened ??= load(device, options.threads ?? 1);
  if (device === 'gpu' && opened.description.device === 'cpu') throw new GpuNotUsed(reasonForCpu());
  return opened;
}

function load(device: Device, threads: number): ComputeBackend {
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
  let tf: typeof tfjs;
  try {
    tf = require('@tensorflow/tfjs-node-gpu') as typeof tfjs;
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
    },
  };
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreIsNullOrUndefined(util: Record<string, unknown>): void {
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
}

/** TensorFlow only logs why it fell back; these are the causes that can be seen from outside. */
function reasonForCpu(): string {
  if (!existsSync('/proc/driver/nvidia/version')) return 'no NVIDIA driver is loaded on this machine';
  const tfjsPackage = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
  if (!existsSync(join(tfjsPackage, 'deps', 'nvidia'))) return 'the installed TensorFlow has no CUDA libraries';
  return 'TensorFlow found no GPU that it can use (its log, TF_CPP_MIN_LOG_LEVEL=0, says more)';
}
