import { resolve } from 'node:path';
import { sentenceOf } from '#audit';
import { isWebAddress, WASM_COST } from '#foundation';
import { parseJobInput, type TrainResult } from '#jobs';
import { Command } from 'commander';
import { describeSecondShop } from '../describe-second-shop.js';
import { print, printJson } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';
import { addTrainingOptions } from '../training-options.js';

export const trainCommand = addTrainingOptions(
  new Command('train').description("train an embedding on the catalogue's photos"),
)
  .option('--also <feed>', 'train on the photos of another shop, too: path or address of its feed')
  .option('--json', 'print JSON on stdout')
  .action(({ json, also, ...choices }: { json?: true; also?: string }) => {
    const feed = also === undefined || isWebAddress(also) ? also : resolve(also);
    const settings = parseJobInput('train', { ...choices, also: feed === undefined ? null : { feed } });
    return withSession(async (session) => {
      const run = await runJob(session, 'train', { ...settings, device: session.config.device });
      const result = run.result as TrainResult;
      if (json) return printJson({ job: run.id, ...result });
      print(describeTraining(result));
      if (result.secondShop) print(`\n${describeSecondShop(result.secondShop)}`);
    });
  });

/** What came of a training, and what it cost to be in WebAssembly. */
export function describeTraining({ version, reason, device, insteadBecause, audit, card }: TrainResult): string {
  const said = audit === null || Object.keys(audit).length === 0 ? '' : `\n${sentenceOf(audit)}`;
  const model = `Model ${version}: ${reason}${said}${card === null ? '' : `\nIts card: ${card}`}`;
  if (device !== 'wasm') return model;
  return `${model}\nTrained in WebAssembly${insteadBecause === null ? '.' : `: ${insteadBecause}`} ${WASM_COST}`;
}
