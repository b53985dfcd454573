import { Command, Option } from 'commander';
import { ACTIONS } from '#attribution';
import { type Experiment, experimentRequest, ExperimentService, type Judgement } from '#experiments';
import { LARGEST_ID, systemClock, WeftError } from '#foundation';
import { jsonArgument } from '../json-argument.js';
import { integerIn, numberIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { withSession } from '../session.js';

/** Who asks, in the record of experiments. */
const BY = 'command line';

const withExperiments = <T>(work: (experiments: ExperimentService) => Promise<T>): Promise<T> =>
  withSession(({ database }) => work(new ExperimentService(database.experiments, database.generations, systemClock)));

const list = (text: string, before: string[] = []) => [...before, ...text.split(',').map((part) => part.trim())];
const generation = integerIn(1, LARGEST_ID);
const settingsOf = (text: string | undefined) =>
  text === undefined ? undefined : jsonArgument(text, 'experiment-invalid');

interface StartOptions {
  scenario?: string[];
  controlGeneration?: number;
  controlSettings?: string;
  treatmentGeneration?: number;
  treatmentSettings?: string;
  share?: number;
  metric: string;
  windowDays?: number;
  baseline?: number;
  effect: number;
  alpha?: number;
  power?: number;
  json?: true;
}

const start = new Command('start')
  .description('answer some shoppers one way and some another, and say beforehand how many a verdict takes')
  .argument('<name>', 'its name in answers; no later experiment can have it')
  .addOption(
    new Option('--metric <what>', 'what is hoped for, of each shopper once').choices(ACTIONS).makeOptionMandatory(),
  )
  .requiredOption(
    '--effect <difference>',
    'smallest difference of the shares worth finding, such as .01',
    numberIn(0, 1),
  )
  .option('--treatment-generation <number>', 'vectors of the treatment', generation)
  .option('--treatment-settings <json>', 'options of the treatment over those of the scenario: {"dial":0.7}, or @FILE')
  .option('--control-generation <number>', 'vectors of the control; default: the active ones', generation)
  .option('--control-settings <json>', 'options of the control over those of the scenario; default: none')
  .option(
    '--scenario <names>',
    'places that take part, with commas between; default: every request with a shopperId',
    list,
  )
  .option('--share <share>', 'share of shoppers that get the treatment; default: .5', numberIn(0, 1))
  .option('--window-days <days>', 'days from when a shopper first saw it; default: 7', integerIn(1, 30))
  .option('--baseline <share>', 'share of shoppers who do it now; default: what the last 28 days show', numberIn(0, 1))
  .option('--alpha <chance>', 'how often equal arms may be called different; default: .05', numberIn(0, 1))
  .option('--power <chance>', 'how often the smallest effect is to be found; default: .8', numberIn(0, 1))
  .option('--json', 'print JSON on stdout')
  .action(async (name: string, { json: asJson, ...options }: StartOptions) => {
    const parsed = experimentRequest.safeParse({
      ...{ name, scenarios: options.scenario, treatmentShare: options.share, metric: options.metric },
      control: { generation: options.controlGeneration, settings: await settingsOf(options.controlSettings) },
      treatment: { generation: options.treatmentGeneration, settings: await settingsOf(options.treatmentSettings) },
      ...{ windowDays: options.windowDays, baseline: options.baseline, smallestEffect: options.effect },
      ...{ alpha: options.alpha, power: options.power },
    });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new WeftError('experiment-invalid', `${issue?.path.join('.')}: ${issue?.message}.`, {
        remedy: 'See `weft experiment start --help`.',
      });
    }
    return withExperiments(async (experiments) => {
      const experiment = await experiments.start(parsed.data, BY);
      if (asJson) return printJson(shown(experiment));
      const { needed, plan } = experiment;
      const raised = Number((plan.baseline + plan.smallestEffect).toPrecision(12));
      print(
        `Experiment ${name} runs. A verdict takes ${needed.control} shoppers of the control and ${needed.treatment} of the ` +
          `treatment: it tells a share of ${plan.baseline} from one of ${raised} in ${Math.round(100 * plan.power)} % of cases.`,
      );
    });
  });

const listExperiments = new Command('list')
  .description('list experiments, newest first')
  .option('--json', 'print JSON on stdout')
  .action(({ json: asJson }: { json?: true }) =>
    withExperiments(async (experiments) => {
      const all = await experiments.list();
      if (asJson) return printJson({ experiments: all.map(shown) });
      if (all.length === 0) return print('There has been no experiment.');
      print(
        table(
          ['name', 'state', 'scenarios', 'metric', 'needed', 'begun'],
          all.map(({ name, stoppedAt, scenarios, metric, needed, startedAt }) => [
            ...[name, stoppedAt === null ? 'runs' : 'stopped', scenarios.join(' ') || '(all)', metric],
            ...[`${needed.control} + ${needed.treatment}`, startedAt.toISOString()],
          ]),
        ),
      );
    }),
  );

const show = new Command('show')
  .description('what an experiment comes to')
  .argument('<name>', 'as `weft experiment list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json: asJson }: { json?: true }) =>
    withExperiments(async (experiments) => {
      const { experiment, judgement } = await experiments.show(name);
      if (asJson) return printJson({ experiment: shown(experiment), result: judgement });
      printResult(experiment, judgement);
    }),
  );

const stop = new Command('stop')
  .description('answer every shopper as without the experiment')
  .argument('<name>', 'as `weft experiment list` shows it')
  .option('--json', 'print JSON on stdout')
  .action((name: string, { json: asJson }: { json?: true }) =>
    withExperiments(async (experiments) => {
      const experiment = await experiments.stop(name, BY);
      if (asJson) return printJson(shown(experiment));
      print(`Experiment ${name} is stopped. \`weft experiment show ${name}\` says what came out.`);
    }),
  );

export const experimentCommand = new Command('experiment').description(
  'compare two ways to answer, on shoppers that chance divides',
);
for (const command of [start, listExperiments, show, stop]) experimentCommand.addCommand(command);

function printResult({ metric, windowDays }: Experiment, judgement: Judgement): void {
  const { verdict, reason, arms, effect, pValue, detectableEffect } = judgement;
  print(`${verdict}: ${reason}`);
  print(
    table(
      ['arm', 'exposed', 'waiting', 'shoppers', metric, 'share', '95 %'],
      (['control', 'treatment'] as const).map((arm) => {
        const { exposed, waiting, shoppers, hits, rate, interval95 } = arms[arm];
        return [
          arm,
          exposed,
          waiting,
          shoppers,
          hits,
          rate?.toFixed(4) ?? '-',
          interval95 === null ? '-' : intervalText(interval95),
        ];
      }),
    ),
  );
  print(`A shopper counts ${windowDays} days after first seeing the experiment.`);
  if (effect !== null) print(`Difference: ${effect.difference.toFixed(4)}, 95 % ${intervalText(effect.interval95)}`);
  if (pValue !== null) print(`p: ${pValue.toPrecision(3)}`);
  if (detectableEffect !== null) print(`Arms of this size find differences from ${detectableEffect.toFixed(4)} on.`);
}

function intervalText(ends: [number, number]): string {
  return `[${ends.map((end) => end.toFixed(4)).join(', ')}]`;
}

/** Without what the division hangs on, and what the result says. */
function shown({ id: _, salt: __, settled: ___, ...experiment }: Experiment) {
  return experiment;
}
