import { z } from 'zod';
import { LARGEST_ID } from '#foundation';
import {
  draftFields,
  previewedRecommendation,
  previewedSimilar,
  type RulePreview,
  ruleRequest as ruleForm,
  type StoredRule,
  type WrittenRule,
} from '#merchandising';
import { RULE_KINDS } from '#similarity';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import { presentAnswer, recommendationsResponse, SIMILAR_EXAMPLE } from '../products/product-schemas.js';

export const ruleParams = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,10}$/, 'must be the id of a rule')
    .transform(Number)
    .pipe(z.int().min(1).max(LARGEST_ID))
    .describe('As `GET /v1/rules` shows it.'),
});

export const ruleRequest = requestSchema('RuleRequest', ruleForm);
export const RULE_REQUEST_EXAMPLE: z.input<typeof ruleRequest> = {
  kind: 'hide',
  name: 'No sale beside new arrivals',
  what: { filter: 'onSale' },
  when: { product: { filter: 'age <= 14' }, scenarios: ['product-page'], until: '2026-12-24T00:00:00Z' },
};

const time = z.iso.datetime();
const by = z.string().describe('The id of a key, `command line`, or `anyone on this machine`.');
const storedRule = {
  id: z.int().describe('Small, and never given to another rule.'),
  rule: ruleForm.describe('As it was written, with the ids of products in place of those of their offers.'),
  createdAt: time,
  createdBy: by,
  updatedAt: time,
  updatedBy: by,
};
export const ruleResponse = responseSchema('Rule', z.object(storedRule));
export const rulesResponse = responseSchema(
  'Rules',
  z.object({ rules: z.array(ruleResponse).describe('In the order that settles conflicts.') }),
);
export const writtenRuleResponse = responseSchema(
  'WrittenRule',
  z.object({
    ...storedRule,
    unknown: z
      .array(z.string())
      .describe('Ids that are no product and no offer now: of no effect until an import brings them.'),
  }),
);
export const removedRuleResponse = responseSchema('RemovedRule', z.object({ removed: z.int() }));

export const RULE_EXAMPLE: z.input<typeof ruleResponse> = {
  id: 7,
  rule: RULE_REQUEST_EXAMPLE,
  createdAt: '2026-11-24T09:30:00.000Z',
  createdBy: 'Fq3x9Zk',
  updatedAt: '2026-11-24T09:30:00.000Z',
  updatedBy: 'Fq3x9Zk',
};
export const WRITTEN_RULE_EXAMPLE: z.input<typeof writtenRuleResponse> = { ...RULE_EXAMPLE, unknown: [] };

const isSaid = ({ rule, id }: { rule?: unknown; id?: unknown }) => rule !== undefined || id !== undefined;
const SAID_FAULT = { message: 'must have a rule, or the id of the one to leave out' };

/** What is documented. */
export const previewRequest = requestSchema(
  'RulePreviewRequest',
  z
    .strictObject({
      ...draftFields,
      request: z.union([previewedSimilar, previewedRecommendation]).describe('On what it is tried.'),
    })
    .refine(isSaid, SAID_FAULT),
);
/** What is parsed first. */
export const previewEnvelope = z
  .strictObject({ ...draftFields, request: z.looseObject({}) })
  .refine(isSaid, SAID_FAULT);
/** What is parsed then, under the same name. */
export const requestOf = {
  similar: z.object({ request: previewedSimilar }),
  recommendation: z.object({ request: previewedRecommendation }),
};

export const PREVIEW_REQUEST_EXAMPLE = {
  rule: { kind: 'pin', name: 'Scarf below coats', product: 'sc01--red', position: 2 },
  request: { similarTo: 'mh07--gray', count: 4 },
} satisfies z.input<typeof previewRequest>;

const previewedAnswer = recommendationsResponse.omit({ recommendationId: true, experiment: true });
const place = z.int().nullable();
export const previewResponse = responseSchema(
  'RulePreview',
  z.object({
    before: previewedAnswer.describe('By the stored rules.'),
    after: previewedAnswer.describe('By what is tried.'),
    moves: z
      .array(
        z.object({
          productId: z.string(),
          from: place.describe('Its place before, from 1; null: it comes in.'),
          to: place.describe('Its place after; null: it goes.'),
          rules: z
            .array(z.object({ id: z.int(), name: z.string(), kind: z.enum(RULE_KINDS) }))
            .describe('The rules that had to do with it, before or after. Empty: others made room or took it.'),
        }),
      )
      .describe('What changes its place, comes or goes, by the place after, then by that before.'),
    unknown: z.array(z.string()).describe('Ids of the rule that are no product and no offer.'),
  }),
);

const { recommendationId: _, experiment: __, ...ANSWER_EXAMPLE } = SIMILAR_EXAMPLE;
export const PREVIEW_EXAMPLE: z.input<typeof previewResponse> = {
  before: ANSWER_EXAMPLE,
  after: ANSWER_EXAMPLE,
  moves: [
    {
      ...{ productId: 'sc01--red', from: null, to: 2 },
      rules: [{ id: 0, name: 'Scarf below coats', kind: 'pin' }],
    },
  ],
  unknown: [],
};

export function presentRule({ createdAt, updatedAt, ...rule }: StoredRule): z.input<typeof ruleResponse> {
  return { ...rule, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

export function presentWritten({ rule, unknown }: WrittenRule): z.input<typeof writtenRuleResponse> {
  return { ...presentRule(rule), unknown };
}

export function presentPreview({ before, after, ...rest }: RulePreview): z.input<typeof previewResponse> {
  return { before: presentAnswer(before), after: presentAnswer(after), ...rest };
}
