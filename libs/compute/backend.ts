import { existsSync, readFileSync } from 'node:fs';
import { type Device, WeftError } from '#foundation';
import type { ComputeBackend } from './compute-backend.js';
import { hasCudaLibraries } from './cuda-libraries.js';
import { loadNative, TensorflowMissing } from './native-backend.js';
import { loadWasm } from './wasm-backend.js';

/** A GPU was demanded and TensorFlow computes on the CPU. Code `gpu-not-used`. */
class GpuNotUsed extends WeftError {
  constructor(reason: string) {
    super('gpu-not-used', `A GPU was demanded, but TensorFlow computes on the CPU: ${reason}.`, {
      remedy: 'Mend the reason, or set WEFT_DEVICE=auto to train without a GPU.',
    });
  }
}

let opened: Promise<ComputeBackend> | undefined;

/**
 * Loads TensorFlow.js with one backend, once a process: the native library, or WebAssembly, which needs nothing but npm
 * packages. Only `auto` chooses, and says in the description why it chose WebAssembly.
 *
 * One thread is the default because it is both faster for linear heads (two threads wait for each other longer than
 * they work) and what makes equal seeds give bit-equal models on machines with different core counts.
 *
 * @param options.threads of the native library; @default 1; fixed by the first call in a process.
 * @throws TensorflowMissing when `cpu` or `gpu` is demanded and the native parts are absent
 * @throws GpuNotUsed when `device` is `gpu` and the truth is another
 */
export async function openBackend(device: Device, options: { threads?: number } = {}): Promise<ComputeBackend> {
  opened ??= load(device, options.threads ?? 1);
  const backend = await opened;
  if (device === 'gpu' && backend.description.device !== 'gpu') throw new GpuNotUsed(reasonForCpu());
  return backend;
}

async function load(device: Device, threads: number): Promise<ComputeBackend> {
  if (device === 'wasm') return loadWasm(null);
  try {
    return loadNative(device, threads);
  } catch (error) {
    if (device !== 'auto' || !(error instanceof TensorflowMissing)) throw error;
    return loadWasm(error.message);
  }
}

/** TensorFlow only logs why it fell back; these are the causes that can be seen from outside. */
function reasonForCpu(): string {
  if (!existsSync('/proc/driver/nvidia/version')) return 'no NVIDIA driver is loaded on this machine';
  if (!hasCudaLibraries(readFileSync('/proc/self/maps', 'utf8'))) return 'the loaded TensorFlow has no CUDA libraries';
  return 'TensorFlow found no GPU that it can use (its log, TF_CPP_MIN_LOG_LEVEL=0, says more)';
}
