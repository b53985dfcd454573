import { z } from 'zod';
import { LARGEST_ID, storableText } from '#foundation';
import {
  GENERATION_STATES,
  type Generation,
  type ModelRecord,
  PROMOTION_ACTIONS,
  type Promotion,
  type PromotionRecord,
} from '#generations';
import { afterJudging } from '#jobs';
import { queryNumber } from '../http/fields.js';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import { presentVerdict, type VerdictAnswer, verdictResponse } from './verdict-schema.js';

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

export const promoteRequest = requestSchema(
  'PromoteRequest',
  z.strictObject({
    override: z
      .strictObject({
        reason: storableText(1_000)
          .refine((reason) => reason.trim() !== '', 'must not be blank')
          .describe('Why; it is recorded with the name of the key.'),
      })
      .optional()
      .describe('Serves it whatever the gate says.'),
  }),
);
export const rollbackRequest = requestSchema(
  'RollbackRequest',
  z.strictObject({
    to: z
      .int()
      .min(1)
      .max(LARGEST_ID)
      .optional()
      .describe('A generation that was active before. Default: the one before the active one.'),
  }),
);
export const judgeRequest = requestSchema('JudgeRequest', z.strictObject({ promote: afterJudging }));

const promotionRecordResponse = responseSchema(
  'PromotionRecord',
  z.object({
    id: z.int(),
    at: time,
    action: z.enum(PROMOTION_ACTIONS),
    generation: z.int(),
    modelVersion: z.string(),
    previousGeneration: z.int().nullable().describe('What was active before.'),
    by: z.string(),
    reason: z.string().nullable().describe('Why the gate was overridden; null: it was not.'),
    verdict: verdictResponse.nullable().describe('What the gate said then; null where nothing is judged.'),
  }),
);
export const promotionsResponse = responseSchema(
  'Promotions',
  z.object({ promotions: z.array(promotionRecordResponse) }),
);
export const promotionsQuery = z.strictObject({
  limit: queryNumber(z.int().min(1).max(200)).default(20).describe('How many entries.'),
});

export const modelParams = z.strictObject({
  version: z
    .string()
    .regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/, 'must be a version, such as 20261124-093000-1a2b3c4d')
    .describe('As the list of models names it.'),
});

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

const COMPARED = { styles: 212, queries: 480, candidate: 0.846, other: 0.815, difference: 0.031 };
export const VERDICT_EXAMPLE: VerdictAnswer = {
  generation: 2,
  against: 1,
  judgedAt: '2026-11-24T09:31:04.000Z',
  judgement: {
    format: 'weft-judgement-1',
    outcome: 'better',
    reasons: [
      'It finds more than the active model: 0.846 against 0.815, a difference of +0.031 (95 % from +0.008 to +0.054; 212 styles).',
    ],
    margin: 0.02,
    categoryMargin: 0.05,
    holdout: { styles: 212, photos: 503, ofStyles: 212, ofPhotos: 503, leftOut: 0 },
    overall: { ...COMPARED, interval95: [0.008, 0.054] },
    stylesNeeded: null,
    tasks: [{ task: 'sameStyle', ...COMPARED, interval95: [0.006, 0.057], isSureLoss: false }],
    categories: [],
    baselines: [],
    otherStyles: { candidate: null, active: null },
    churn: { products: 1_020, asked: 1_020, changedShare: 0.71, meanOverlap: 0.82, examples: [] },
    exposure: {
      before: { shown: 990, gini: 0.41 },
      after: { shown: 1_003, gini: 0.39 },
      ...{ categories: [], brands: [], gainers: [], losers: [] },
    },
  },
};
export const PROMOTION_RECORD_EXAMPLE: z.input<typeof promotionRecordResponse> = {
  id: 2,
  at: '2026-11-24T09:40:00.000Z',
  action: 'promoted',
  generation: 2,
  modelVersion: MODEL_EXAMPLE.version,
  previousGeneration: 1,
  by: 'Ada (Fq3x9Zk)',
  reason: null,
  verdict: VERDICT_EXAMPLE,
};

export function presentPromotion({ at, verdict, ...rest }: PromotionRecord): z.input<typeof promotionRecordResponse> {
  return { ...rest, at: at.toISOString(), verdict: verdict && presentVerdict(verdict) };
}

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
