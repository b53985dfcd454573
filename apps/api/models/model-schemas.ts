import { z } from 'zod';
import { GENERATION_STATES, type Generation, type ModelRecord, type Promotion } from '#generations';
import { responseSchema } from '../http/schema-registry.js';

const time = z.iso.datetime();

const modelResponse = responseSchema(
  'Model',
  z.object({
    version: z.string(),
    createdAt: time,
    extractorId: z.string().describe('The feature graph that its heads were trained on.'),
    dial: z.number().describe('Default dial.'),
  }),
);
export const modelsResponse = responseSchema('Models', z.object({ models: z.array(modelResponse) }));

const generationResponse = responseSchema(
  'Generation',
  z.object({
    id: z.int(),
    modelVersion: z.string(),
    state: z.enum(GENERATION_STATES),
    products: z.int().nullable().describe('Product vectors; null until it is ready.'),
    images: z.int().nullable().describe('Photo vectors; null until it is ready.'),
    failure: z.string().nullable(),
    createdAt: time,
    readyAt: time.nullable(),
    activatedAt: time.nullable(),
  }),
);
export const generationsResponse = responseSchema(
  'Generations',
  z.object({ generations: z.array(generationResponse) }),
);

export const promotionResponse = responseSchema(
  'Promotion',
  z.object({
    generation: z.int(),
    modelVersion: z.string(),
    retired: z.int().nullable().describe('The generation that it took over from.'),
  }),
);

export const modelParams = z.strictObject({
  version: z
    .string()
    .regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/, 'must be a version, such as 20261124-093000-1a2b3c4d')
    .describe('As the list of models names it.'),
});

/** The largest number that Postgres keeps as an integer. */
const LARGEST_ID = 2 ** 31 - 1;
export const generationParams = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(LARGEST_ID))
    .describe('Number of the generation.'),
});

export const MODEL_EXAMPLE: z.input<typeof modelResponse> = {
  version: '20261124-093000-1a2b3c4d',
  createdAt: '2026-11-24T09:30:00.000Z',
  extractorId: '5f2c9a1d7e4b8c30',
  dial: 0.5,
};
export const GENERATION_EXAMPLE: z.input<typeof generationResponse> = {
  id: 1,
  modelVersion: MODEL_EXAMPLE.version,
  state: 'active',
  products: 322,
  images: 514,
  failure: null,
  createdAt: '2026-11-24T09:31:00.000Z',
  readyAt: '2026-11-24T09:31:01.000Z',
  activatedAt: '2026-11-24T09:31:01.000Z',
};
export const PROMOTION_EXAMPLE: Promotion = {
  generation: 2,
  modelVersion: MODEL_EXAMPLE.version as Promotion['modelVersion'],
  retired: 1,
};

export function presentModel({ version, createdAt, extractorId, dial }: ModelRecord): z.input<typeof modelResponse> {
  return { version, createdAt: createdAt.toISOString(), extractorId, dial };
}

export function presentGeneration(generation: Generation): z.input<typeof generationResponse> {
  return {
    ...generation,
    createdAt: generation.createdAt.toISOString(),
    readyAt: generation.readyAt?.toISOString() ?? null,
    activatedAt: generation.activatedAt?.toISOString() ?? null,
  };
}
