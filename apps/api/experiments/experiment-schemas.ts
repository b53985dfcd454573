import { z } from 'zod';
import { ACTIONS } from '#attribution';
import { canaryRequest, type Experiment, experimentRequest, type Judgement, VERDICTS } from '#experiments';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import { interval } from './attribution-schemas.js';

export const startExperimentRequest = requestSchema('ExperimentRequest', experimentRequest);
export const START_EXPERIMENT_EXAMPLE = {
  name: 'more-colour',
  scenarios: ['home-top'],
  treatment: { settings: { dial: 0.7 } },
  metric: 'click',
  baseline: 0.05,
  smallestEffect: 0.01,
} satisfies z.input<typeof startExperimentRequest>;

export const startCanaryRequest = requestSchema('CanaryRequest', canaryRequest);

export const experimentParams = z.strictObject({
  name: experimentRequest.shape.name.describe('As it was begun.'),
});

const setup = z.object({
  generation: z.int().nullable().describe('null: the active one, whichever that is.'),
  settings: z.record(z.string(), z.unknown()).describe('Options that hold over those of the scenario.'),
});
const sizes = z.object({ control: z.int(), treatment: z.int() });

export const experimentResponse = responseSchema(
  'Experiment',
  z.object({
    name: z.string(),
    scenarios: z.array(z.string()).describe('Empty: every request with a shopperId.'),
    control: setup,
    treatment: setup,
    treatmentShare: z.number(),
    metric: z.enum(ACTIONS),
    windowDays: z.int(),
    baseline: z.number(),
    smallestEffect: z.number(),
    alpha: z.number(),
    power: z.number(),
    needed: sizes.describe('Shoppers that each arm needs; fixed at the start.'),
    startedAt: z.iso.datetime(),
    startedBy: z.string(),
    stoppedAt: z.iso.datetime().nullable().describe('null: it runs.'),
    stoppedBy: z.string().nullable(),
  }),
);
export const experimentsResponse = responseSchema(
  'Experiments',
  z.object({ experiments: z.array(experimentResponse).describe('Newest first.') }),
);

const armResult = z.object({
  exposed: z.int().describe('Shoppers to whom a result of the arm was shown.'),
  waiting: z.int().describe('Those of them whose window is open.'),
  shoppers: z.int().describe('Those that the rate is of.'),
  hits: z.int().describe('Those of them who did it.'),
  rate: z.number().nullable(),
  interval95: interval.nullable(),
});

export const experimentResultResponse = responseSchema(
  'ExperimentResult',
  z.object({
    experiment: experimentResponse,
    result: z.object({
      verdict: z.enum(VERDICTS).describe('not-yet, stopped-early and broken-split decide nothing.'),
      reason: z.string(),
      arms: z.object({ control: armResult, treatment: armResult }),
      missing: sizes.describe('Shoppers that each arm lacks until there is a verdict.'),
      effect: z
        .object({ difference: z.number(), interval95: interval })
        .nullable()
        .describe('Rate of the treatment less that of the control; null while an arm has nobody.'),
      pValue: z.number().nullable().describe('Two-sided z-test of two shares; null until there is a verdict.'),
      detectableEffect: z
        .number()
        .nullable()
        .describe(
          'Smallest difference that arms of this size find with the planned power; null until there is a verdict.',
        ),
      splitPValue: z.number().describe('How likely so uneven arms are by chance; below .001 the split is broken.'),
      strayed: z
        .int()
        .describe('Shoppers who saw an arm that is not theirs, as when pages ask and tell under two ids; in no arm.'),
    }),
  }),
);

export const EXPERIMENT_EXAMPLE: z.input<typeof experimentResponse> = {
  ...{ name: 'more-colour', scenarios: ['home-top'], treatmentShare: 0.5, metric: 'click', windowDays: 7 },
  control: { generation: null, settings: {} },
  treatment: { generation: null, settings: { dial: 0.7 } },
  ...{ baseline: 0.05, smallestEffect: 0.01, alpha: 0.05, power: 0.8, needed: { control: 8_158, treatment: 8_158 } },
  ...{ startedAt: '2026-11-01T09:00:00.000Z', startedBy: 'Fq3x9Zk', stoppedAt: null, stoppedBy: null },
};
export const CANARY_EXAMPLE: z.input<typeof experimentResponse> = {
  ...EXPERIMENT_EXAMPLE,
  ...{ name: 'canary-2', scenarios: [], treatmentShare: 0.1, baseline: 0.08, smallestEffect: 0.02 },
  treatment: { generation: 2, settings: {} },
  needed: { control: 16_070, treatment: 1_786 },
};
export const EXPERIMENT_RESULT_EXAMPLE: z.input<typeof experimentResultResponse> = {
  experiment: EXPERIMENT_EXAMPLE,
  result: {
    verdict: 'not-yet',
    reason:
      '7158 shoppers of the control and 7140 of the treatment are missing. Until then there is no verdict, because who ' +
      'decides as soon as a difference shows is misled by chance.',
    arms: {
      control: { exposed: 1_320, waiting: 320, shoppers: 1_000, hits: 51, rate: 0.051, interval95: [0.039, 0.0664] },
      treatment: {
        exposed: 1_341,
        waiting: 323,
        shoppers: 1_018,
        hits: 64,
        rate: 0.0629,
        interval95: [0.0495, 0.0795],
      },
    },
    missing: { control: 7_158, treatment: 7_140 },
    effect: { difference: 0.0119, interval95: [-0.0085, 0.0323] },
    ...{ pValue: null, detectableEffect: null, splitPValue: 0.68, strayed: 0 },
  },
};

export function presentExperiment(experiment: Experiment): z.input<typeof experimentResponse> {
  const { id: _, salt: __, settled: ___, arms, plan, startedAt, stoppedAt, ...rest } = experiment;
  return {
    ...rest,
    ...arms,
    ...plan,
    startedAt: startedAt.toISOString(),
    stoppedAt: stoppedAt?.toISOString() ?? null,
  };
}

export function presentResult(experiment: Experiment, result: Judgement): z.input<typeof experimentResultResponse> {
  return { experiment: presentExperiment(experiment), result };
}
