import type { WeftConfig } from '#config';
import { type Device, WeftError } from '#foundation';
import { ensureParts } from './parts.js';

/** Without these there is no native TensorFlow today; what else goes wrong, a full disk for one, is to be mended first. */
const NOT_TO_BE_HAD = ['platform-unsupported', 'addon-not-compiled', 'download-failed', 'download-refused'];

/**
 * Places what a training on `device` needs. With `auto`, a machine that cannot get the native TensorFlow trains without
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
      await ensureParts({ ...config, device }, ['tensorflow'], report);
    } catch (error) {
      if (device !== 'auto' || !(error instanceof WeftError) || !NOT_TO_BE_HAD.includes(error.code)) throw error;
      report(`${error.message} Training will run in WebAssembly.`);
    }
  }
  await ensureParts(config, ['backbone'], report);
}
