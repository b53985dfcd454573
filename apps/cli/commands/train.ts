import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sentenceOf } from '#audit';
import { isWebAddress, WASM_COST } from '#foundation';
import { type EmbedOutcome, type JobInput, type JobRun, parseJobInput, type Priority, type TrainResult } from '#jobs';
import { Command, Option } from 'commander';
import { describeEmbedding } from '../describe-embedding.js';
import { describeSecondShop } from '../describe-second-shop.js';
import { priorityOption } from '../options.js';
import { print, printJson, say } from '../output.js';
import { followJob, runJob } from '../run-job.js';
import { type Session, withSession } from '../session.js';
import { addTrainingOptions } from '../training-options.js';

interface TrainOptions {
  also?: string;
  then?: 'embed' | 'promote';
  priority?: Priority;
  json?: true;
}

export const trainCommand = addTrainingOptions(
  new Command('train').description("train an embedding on the catalogue's photos"),
)
  .option('--also <feed>', 'train on the photos of another shop, too: path or address of its feed')
  .addOption(
    new Option(
      '--then <what>',
      'embed: with the new model, and judge it; promote: and serve it, if the gate allows it',
    ).choices(['embed', 'promote']),
  )
  .addOption(priorityOption())
  .option('--json', 'print JSON on stdout')
  .action(({ json, also, then, priority, ...choices }: TrainOptions) => {
    const feed = also === undefined || isWebAddress(also) ? also : resolve(also);
    const settings = parseJobInput('train', { ...choices, also: feed === undefined ? null : { feed }, then });
    return withSession(async (session) => {
      const asked = { ...settings, device: session.config.device };
      const begun = await unfinishedTraining(session, asked);
      if (begun !== null) say(`weft: going on with the training of these settings that did not end, job ${begun.id}`);
      const run =
        begun === null ? await runJob(session, 'train', asked, { priority }) : await followJob(session, begun);
      const result = run.result as TrainResult;
      const embedded = await embeddingOf(session, result);
      if (json) return printJson({ job: run.id, ...result, ...(embedded && { embedded }) });
      print(describeTraining(result));
      if (result.secondShop) print(`\n${describeSecondShop(result.secondShop)}`);
      if (embedded !== null) print(`\n${describeEmbedding(embedded)}`);
    });
  });

/** What the embedding that follows a training made. */
async function embeddingOf(session: Session, { embedding }: TrainResult): Promise<EmbedOutcome | null> {
  const run = embedding === null ? null : await session.database.jobs.find(embedding);
  return run === null ? null : ((await followJob(session, run)).result as EmbedOutcome);
}

/**
 * A training that was asked for with the same settings and has not ended: its command was killed, or another one waits for it.
 * Asked for again it is gone on with from its checkpoint; beside it a second one would make the same model twice.
 */
async function unfinishedTraining({ database }: Session, asked: JobInput<'train'>): Promise<JobRun | null> {
  const runs = await database.jobs.unfinished();
  return runs.find(({ kind, input }) => kind === 'train' && isDeepStrictEqual(input, asked)) ?? null;
}

/** What came of a training, and what it cost to be in WebAssembly. */
export function describeTraining({ version, reason, device, insteadBecause, audit, card }: TrainResult): string {
  const said = audit === null || Object.keys(audit).length === 0 ? '' : `\n${sentenceOf(audit)}`;
  const model = `Model ${version}: ${reason}${said}${card === null ? '' : `\nIts card: ${card}`}`;
  if (device !== 'wasm') return model;
  return `${model}\nTrained in WebAssembly${insteadBecause === null ? '.' : `: ${insteadBecause}`} ${WASM_COST}`;
}
