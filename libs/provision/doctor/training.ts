import { join } from 'node:path';
import { childEnvironment, repositoryRoot, type WeftConfig } from '#config';
import { type Device, WASM_COST } from '#foundation';
import { lastLine, runCommand } from '../run-command.js';
import { selfTestSchema, type SelfTest } from './self-test.js';
import { type Finding, ok, problem, SETUP, warning } from './finding.js';

/** What a self-test came to: its figures, or the last words of the process that could not make it. */
export type SelfTestOutcome = { figures: SelfTest } | { failure: string };

/**
 * Has the trainer calculate on `device`, in a process of its own.
 *
 * @param mayUseGpu false: hides GPUs from TensorFlow
 */
export async function runSelfTest(device: Device, mayUseGpu: boolean): Promise<SelfTestOutcome> {
  const trainer = join(repositoryRoot(import.meta.url), 'dist', 'apps', 'trainer', 'main.js');
  const { status, stdout, stderr } = await runCommand(process.execPath, [trainer, 'self-test', '--device', device], {
    env: childEnvironment({ TF_CPP_MIN_LOG_LEVEL: '2', ...(mayUseGpu ? {} : { CUDA_VISIBLE_DEVICES: '' }) }),
  });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line !== undefined) return { figures: selfTestSchema.parse(JSON.parse(line)) };
  const words = stderr.split('\n').find((text) => text.startsWith('trainer: '));
  return { failure: words?.slice('trainer: '.length) ?? (lastLine(stderr) || `its process ended with ${status}`) };
}

export async function lookAtTraining(config: WeftConfig): Promise<Finding> {
  // What a GPU calculates is another finding, made on demand: without one, training goes this way.
  const device = config.device === 'gpu' ? 'cpu' : config.device;
  return judgeTraining(config.device, await runSelfTest(device, false));
}

export function judgeTraining(asked: Device, outcome: SelfTestOutcome): Finding {
  if ('failure' in outcome) {
    const remedy = asked === 'wasm' ? 'npm ci' : `${SETUP}; or set WEFT_DEVICE=wasm, which is slower`;
    return problem('training', `Training cannot start: ${outcome.failure}`, remedy);
  }
  const { figures } = outcome;
  const { tensorflow, tfjs, device, insteadBecause, passed } = figures;
  if (!passed) {
    const sentence = `TensorFlow.js calculates wrongly on the ${device}: its results differ from plain sums.`;
    return problem('training', sentence, `npm ci && ${SETUP}`, figures);
  }
  if (device !== 'wasm') {
    return ok(
      'training',
      `TensorFlow ${tensorflow} through TensorFlow.js ${tfjs}, on the CPU; it calculates rightly.`,
      figures,
    );
  }
  const sentence = `TensorFlow.js ${tfjs} trains in WebAssembly. ${WASM_COST}`;
  if (insteadBecause === null) return ok('training', sentence, figures);
  return warning(
    'training',
    `${insteadBecause} ${sentence}`,
    `${SETUP}; or set WEFT_DEVICE=wasm to have it so`,
    figures,
  );
}
