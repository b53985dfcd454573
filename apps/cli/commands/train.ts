import { LOSS_NAMES, RECIPE_NAMES, WASM_COST } from '#foundation';
import { Command, Option } from 'commander';
import { JOB_INPUTS, type TrainResult } from '#jobs';
import { integerIn } from '../options.js';
import { print, printJson } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';

export const trainCommand = new Command('train')
  .description("train an embedding on the catalogue's photos")
  .addOption(new Option('--recipe <name>', 'how').choices(RECIPE_NAMES).default('quick'))
  .addOption(
    new Option('--loss <name>', 'triplet loss and miner').choices(LOSS_NAMES).default('batch-hard-soft-margin'),
  )
  .option('--seed <number>', 'seed of every random choice', integerIn(0, 2 ** 31 - 1), 1)
  .option('--json', 'print JSON on stdout')
  .action(({ json, ...choices }: { recipe: string; loss: string; seed: number; json?: true }) =>
    withSession(async (session) => {
      const run = await runJob(session, 'train', JOB_INPUTS.train.parse({ ...choices, device: session.config.device }));
      const result = run.result as TrainResult;
      if (json) return printJson({ job: run.id, ...result });
      print(describeTraining(result));
    }),
  );

/** What came of a training, and what it cost to be in WebAssembly. */
export function describeTraining({ version, reason, device, insteadBecause, card }: TrainResult): string {
  const model = `Model ${version}: ${reason}${card === null ? '' : `\nIts card: ${card}`}`;
  if (device !== 'wasm') return model;
  return `${model}\nTrained in WebAssembly${insteadBecause === null ? '.' : `: ${insteadBecause}`} ${WASM_COST}`;
}
