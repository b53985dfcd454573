import { Command, InvalidArgumentError, Option } from 'commander';
import { ACTIONS } from '#attribution';
import { canaryRequest, ExperimentService } from '#experiments';
import { LARGEST_ID, systemClock, WeftError } from '#foundation';
import { describeVerdict } from '../describe-verdict.js';
import { judge, newestReady } from '../judged-promotion.js';
import { integerIn, numberIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { COMMAND_LINE } from '../run-job.js';
import { withSession } from '../session.js';
import { writeVerdictPage } from '../write-verdict-page.js';

const list = new Command('list')
  .description('list generations, newest first')
  .option('--json', 'print JSON on stdout')
  .action(({ json }: { json?: true }) =>
    withSession(async ({ database }) => {
      const generations = await database.generations.list();
      if (json) return printJson({ generations });
      if (generations.length === 0) return print('Nothing has been embedded yet: weft embed');
      print(
        table(
          ['generation', 'state', 'model', 'products', 'photos', 'made', 'last activated'],
          generations.map(({ id, state, modelVersion, products, images, createdAt, activatedAt }) => [
            ...[id, state, modelVersion, products ?? '-', images ?? '-'],
            ...[createdAt.toISOString(), activatedAt?.toISOString() ?? '-'],
          ]),
        ),
      );
    }),
  );

const verdict = new Command('verdict')
  .description('judge a generation against the active one and the baselines, and change nothing')
  .argument('[generation]', 'its number; default: the newest that is ready', integerIn(1, LARGEST_ID))
  .option('--page <file>', 'also write it as a page, with pictures: .html')
  .option('--json', 'print JSON on stdout')
  .action((generation: number | undefined, { page, json }: { page?: string; json?: true }) =>
    withSession(async (session) => {
      const found = await judge(session, generation ?? (await newestReady(session)).id);
      if (page !== undefined) await writeVerdictPage(session, found, page);
      if (json) return printJson(found);
      print(describeVerdict(found));
    }),
  );

const log = new Command('log')
  .description('what was served since when, who wanted it, and what was refused; newest first')
  .option('--limit <count>', 'how many entries', integerIn(1, 10_000), 20)
  .option('--json', 'print JSON on stdout')
  .action(({ limit, json }: { limit: number; json?: true }) =>
    withSession(async ({ database }) => {
      const promotions = await database.generations.promotions(limit);
      if (json) return printJson({ promotions });
      if (promotions.length === 0) return print('Nothing has been served yet.');
      print(
        table(
          ['when', 'what', 'generation', 'model', 'before', 'verdict', 'by', 'reason'],
          promotions.map(({ at, action, generation, modelVersion, previousGeneration, verdict: said, by, reason }) => [
            ...[at.toISOString(), action, generation, modelVersion, previousGeneration ?? '-'],
            ...[said?.judgement.outcome ?? '-', by, reason ?? ''],
          ]),
        ),
      );
    }),
  );

interface CanaryOptions {
  share?: number;
  metric?: string;
  effect?: number;
  baseline?: number;
  windowDays?: number;
  json?: true;
}

const canary = new Command('canary')
  .description('give a share of shoppers a generation before it is promoted, or with `off` the active one again')
  .argument('<generation>', 'its number', integerIn(1, LARGEST_ID))
  .argument('[state]', 'on or off', (text) => {
    if (text === 'on' || text === 'off') return text;
    throw new InvalidArgumentError('must be on or off.');
  })
  .option('--share <share>', 'share of shoppers that get it; default: .1', numberIn(0, 1))
  .addOption(new Option('--metric <what>', 'what is hoped for, of each shopper once; default: click').choices(ACTIONS))
  .option('--effect <difference>', 'smallest difference of the shares worth finding; default: .02', numberIn(0, 1))
  .option('--baseline <share>', 'share of shoppers who do it now; default: what the last 28 days show', numberIn(0, 1))
  .option('--window-days <days>', 'days from when a shopper first saw it; default: 7', integerIn(1, 30))
  .option('--json', 'print JSON on stdout')
  .action((generation: number, state: 'on' | 'off' | undefined, { json, effect, ...options }: CanaryOptions) =>
    withSession(async ({ database }) => {
      const experiments = new ExperimentService(database.experiments, database.generations, systemClock);
      if (state === 'off') {
        const { id: _, salt: __, settled: ___, ...ended } = await experiments.endCanary(generation, COMMAND_LINE);
        if (json) return printJson(ended);
        return print(`Every shopper gets the active generation. What came out: weft experiment show ${ended.name}`);
      }
      const asked = canaryRequest.safeParse({ ...options, smallestEffect: effect });
      if (!asked.success) {
        const [issue] = asked.error.issues;
        throw new WeftError('experiment-invalid', `${issue?.path.join('.')}: ${issue?.message}.`, {
          remedy: 'See `weft generations canary --help`.',
        });
      }
      const {
        id: _,
        salt: __,
        settled: ___,
        ...begun
      } = await experiments.startCanary(generation, asked.data, COMMAND_LINE);
      if (json) return printJson(begun);
      print(
        `Generation ${generation} answers ${100 * begun.treatmentShare} % of shoppers until it is promoted, or until ` +
          `weft generations canary ${generation} off. What comes out: weft experiment show ${begun.name}`,
      );
    }),
  );

export const generationsCommand = new Command('generations').description(
  'the vectors of the catalogue by model: what there is, what the gate says, what was served since when',
);
generationsCommand.addCommand(list, { isDefault: true });
for (const command of [verdict, canary, log]) generationsCommand.addCommand(command);
