import { ACTIONS } from '#attribution';
import { LARGEST_ID } from '#foundation';
import { OPTION_VALUES, scenarioSettings } from '#similarity';
import { z } from 'zod';

const { scenario } = OPTION_VALUES;

const arm = z.strictObject({
  generation: z
    .int()
    .min(1)
    .max(LARGEST_ID)
    .optional()
    .describe('A ready, active or retired one. It is not dropped while the experiment runs.'),
  settings: scenarioSettings
    .prefault({})
    .describe('Options that hold over those of the scenario; the request’s own hold over both.'),
});

/** How an experiment is asked for. */
export const experimentRequest = z
  .strictObject({
    name: scenario.describe('Its name in answers; no later experiment can have it.'),
    scenarios: z
      .array(scenario)
      .max(50)
      .default([])
      .describe('The places that take part. Empty: every request with a shopperId, named or not.'),
    control: arm

      .prefault({})
      .describe(
        'Default: what is served without an experiment; where the treatment names a generation, the active one of now.',
      ),
    treatment: arm.describe('What it is compared with.'),
    treatmentShare: z.number().min(0.01).max(0.99).default(0.5).describe('Share of shoppers that get the treatment.'),
    metric: z
      .enum(ACTIONS)
      .describe(
        'What a shopper does at least once: click a result of the experiment; wish for, put in a cart or buy anything.',
      ),
    windowDays: z
      .int()
      .min(1)
      .max(30)
      .default(7)
      .describe('Days from when a shopper first saw the experiment; a shopper counts when they are over.'),
    baseline: z
      .number()
      .min(0.0001)
      .max(0.9999)
      .optional()
      .describe('Share of shoppers who do it without the treatment. Default: what the last 28 days show.'),
    smallestEffect: z
      .number()
      .min(0.0001)
      .max(0.9)
      .describe('Smallest difference of the shares worth finding, such as .01.'),
    alpha: z.number().min(0.001).max(0.2).default(0.05).describe('How often equal arms may be called different.'),
    power: z.number().min(0.5).max(0.99).default(0.8).describe('How often the smallest effect is to be found.'),
  })
  .describe('Two arms; more would need a correction for comparing several times.');

export type ExperimentRequest = z.output<typeof experimentRequest>;
