import { z } from 'zod';
import type { Scenario } from '#merchandising';
import { OPTION_VALUES, scenarioSettings } from '#similarity';
import { requestSchema, responseSchema } from '../http/schema-registry.js';

export const scenarioParams = z.strictObject({
  name: OPTION_VALUES.scenario.describe('As requests name it in `scenario`.'),
});

export const scenarioRequest = requestSchema('ScenarioSettings', scenarioSettings);
export const SCENARIO_REQUEST_EXAMPLE = {
  count: 4,
  dial: 0.3,
  filter: 'NOT onSale',
  diversity: 0.3,
} satisfies z.input<typeof scenarioRequest>;

export const scenarioResponse = responseSchema(
  'Scenario',
  z.object({
    name: z.string(),
    settings: scenarioSettings.describe(
      'Options that hold where a request says nothing; all else has its own default.',
    ),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string().describe('The id of a key, `command line`, or `anyone on this machine`.'),
  }),
);
export const scenariosResponse = responseSchema(
  'Scenarios',
  z.object({ scenarios: z.array(scenarioResponse).describe('By name.') }),
);
export const removedScenarioResponse = responseSchema('RemovedScenario', z.object({ removed: z.string() }));

export const SCENARIO_EXAMPLE: z.input<typeof scenarioResponse> = {
  name: 'home-top',
  settings: SCENARIO_REQUEST_EXAMPLE,
  updatedAt: '2026-11-24T09:30:00.000Z',
  updatedBy: 'Fq3x9Zk',
};

export function presentScenario({ updatedAt, ...scenario }: Scenario): z.input<typeof scenarioResponse> {
  return { ...scenario, updatedAt: updatedAt.toISOString() };
}
