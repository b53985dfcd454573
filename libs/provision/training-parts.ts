import type { WeftConfig } from '#config';
import { type Device, WeftError } from '#foundation';
import { ensureParts } from './parts.js';

/** A machine without these can never have the native TensorFlow; what else goes wrong may go right the next time. */
const NEVER_HERE = ['python-missing', 'pip-missing', 'pip-too-old', 'compiler-missing', 'platform-unsupported'];

/**
 * Places what a training on `device` needs. With `auto`, a machine that cannot have the native TensorFlow trains without
 * it: the report says so, and the trainer's own description again. With `wasm` it is not fetched at all.
 *
 * @param report told one line before each step that takes time
 * @throws WeftError with a remedy
 */
export async function ensureTrainingParts(
  config: WeftConfig,
  device: Device,
  report: (line: string) => void,
): Promise<void> {
  if (device !== 'wasm') {
    try {
      await ensureParts(config, ['tensorflow'], report);
    } catch (error) {
      if (device !== 'auto' || !(error instanceof WeftError) || !NEVER_HERE.includes(error.code)) throw error;
      report(`${error.message} Training will run in WebAssembly.`);
    }
  }
  await ensureParts(config, ['backbone'], report);
}
