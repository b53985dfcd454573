import type { WeftConfig } from '#config';
import { type Device, WASM_COST, WeftError } from '#foundation';
import { ensureParts } from './parts.js';

/**
 * With these this machine or account has no native TensorFlow today. What else goes wrong is to be mended first: a full
 * disk, or a package index that offers another file than the pinned one.
 */
const NOT_TO_BE_HAD = ['platform-unsupported', 'addon-not-compiled', 'addon-not-linked', 'download-failed'];

const NATIVE_AFTER_ALL: Record<string, string> = {
  'download-failed':
    'run this again where the package index answers, or weft setup --from DIR without a network (docs/setup.md).',
  'platform-unsupported': 'run Weft on Linux on x86-64.',
};

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
      report(`${error.message} Training will run in WebAssembly. ${WASM_COST}`);
      report(`For the native TensorFlow: ${NATIVE_AFTER_ALL[error.code] ?? error.remedy ?? ''}`);
    }
  }
  await ensureParts(config, ['backbone'], report);
}
