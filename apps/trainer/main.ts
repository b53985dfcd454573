import type { Socket } from 'node:net';
import { loadConfig } from '#config';
import type { SelfTest } from '#provision';
import { DEVICES, messageOf, WeftError } from '#foundation';
import { Command } from 'commander';
import { z } from 'zod';

const program = new Command('trainer').description('Builds networks and trains models. No database, no network.');

// Each subcommand loads its own modules, so that `backbone` runs where TensorFlow is not built yet.
program
  .command('backbone')
  .description('write the ONNX graph that features come from')
  .requiredOption('--weights <file>', 'weights of EfficientNet-Lite0, a legacy torch file')
  .requiredOption('--out <file>', 'the .onnx file to write')
  .action(async (options: { weights: string; out: string }) => {
    const { writeBackbone } = await import('./backbone.js');
    await writeBackbone(options.weights, options.out);
  });

program
  .command('compose')
  .description('write the ONNX graph of features over a brought backbone')
  .requiredOption('--onnx <file>', 'the brought backbone')
  .requiredOption('--settings <json>', 'how it wants its pictures')
  .requiredOption('--out <file>', 'the .onnx file to write')
  .action(async (options: { onnx: string; settings: string; out: string }) => {
    const { compose } = await import('./compose.js');
    await compose(options);
  });

program
  .command('train')
  .description('train a model on a snapshot; JSON lines on standard output, words on standard error')
  .requiredOption('--snapshot <directory>', 'the snapshot to train on')
  .option('--second-snapshot <directory>', 'photos of another shop to train on, too')
  .requiredOption('--out <directory>', 'the bundle to write; must not exist')
  .requiredOption('--version <name>', "the model's version")
  .requiredOption('--features-graph <file>', 'the ONNX graph that the features came from')
  .option('--picture-size <pixels>', 'side of the pictures that the graph takes')
  .option('--settings <json>', 'trainingSettingsSchema of #foundation; what is left out has its default', '{}')
  .option('--audit <json>', 'auditSummarySchema of #audit: what the metrics tell of the data', 'null')
  .option('--device <name>', 'auto, cpu, gpu or wasm (default: WEFT_DEVICE)')
  .option('--checkpoint <file>', 'where a training that is ended is taken up again')
  .option('--triplets <directory>', 'where triplets that are mined offline are written down')
  .option('--tethered', 'end when standard input does: whoever started this is gone')
  .action(async ({ tethered, ...options }: Record<string, string> & { tethered?: true }) => {
    if (tethered) endWithStandardInput();
    const { train } = await import('./train.js');
    const stop = new AbortController();
    process.once('SIGTERM', () =>
      stop.abort(new WeftError('training-stopped', 'The training was stopped before it was done.')),
    );
    process.exitCode = await train({ device: loadConfig().device, ...options }, stop.signal);
  });

program
  .command('self-test')
  .description('calculate on the device that would train, hold it against plain numbers, and print the outcome as JSON')
  .option('--device <name>', 'auto, cpu, gpu or wasm (default: WEFT_DEVICE)')
  .action(async (options: { device?: string }) => {
    const { openBackend, selfTest } = await import('#compute');
    const device = z.enum(DEVICES).parse(options.device ?? loadConfig().device);
    const outcome: SelfTest = selfTest(await openBackend(device));
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
    if (!outcome.passed) process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  const remedy = error instanceof WeftError && error.remedy !== undefined ? `\n${error.remedy}` : '';
  process.stderr.write(`trainer: ${messageOf(error)}${remedy}\n`);
  process.exitCode = 1;
}

/**
 * A worker that is killed cannot end its trainer; the next worker begins the same training, in the same directory, within
 * seconds.
 */
function endWithStandardInput(): void {
  process.stdin.once('close', () => process.exit(1));
  process.stdin.resume();
  // A training that is done does not wait for it.
  (process.stdin as Partial<Socket>).unref?.();
}
