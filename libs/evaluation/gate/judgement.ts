import { z } from 'zod';
import { TASKS } from './style-differences.js';

/** What a candidate is held against besides the active model. */
export const GATE_BASELINES = ['untrained', 'backbone', 'histogram'] as const;
export type GateBaseline = (typeof GATE_BASELINES)[number];

const OUTCOMES = ['better', 'no-worse', 'undecided', 'worse'] as const;
/**
 * `better`, `no-worse`, `worse`: what the hold-out shows beyond chance; `undecided`: it is too small to show any of them.
 * docs/decisions/promotion-gate.md.
 */
export type Outcome = (typeof OUTCOMES)[number];

const rate = z.number().min(0).max(1);
const interval95 = z.tuple([z.number(), z.number()]).describe('95 %, by paired bootstrap over styles.');
const comparison = {
  styles: z.int().describe('Hold-out styles that were asked for.'),
  queries: z.int().describe('Photos that have something to find.'),
  candidate: rate.describe('Its hit rate: how often the nearest photo is the right one.'),
  other: rate.describe('The hit rate of what it is compared with, on the same photos.'),
  difference: z.number().describe('Above 0: the candidate finds more.'),
  interval95,
};
const isSureLoss = z
  .boolean()
  .describe('Whether the loss is beyond what is tolerated, and beyond chance although so much is looked at.');

const otherStyles = z
  .object({
    categoryAt10: z.number().nullable().describe('Share of the ten of the same category.'),
    genderAt10: z.number().nullable().describe('Share of the ten of the same gender.'),
    colourDifferenceAt10: z.number().describe('Mean distance in CIELAB.'),
  })
  .nullable();

const exposureShare = z.object({
  name: z.string().nullable().describe('null: products of which the feed does not say it.'),
  products: z.int().describe('Products for sale.'),
  before: rate.describe('Share of the places in top tens under the active generation.'),
  after: rate.describe('Share under the candidate.'),
});
const exposureOfProduct = z.object({
  productId: z.string(),
  before: z.int().describe('Top tens that it appears in.'),
  after: z.int(),
});
const exposureFigures = z.object({
  shown: z.int().describe('Products that appear in any top ten.'),
  gini: z.number().describe('Of appearances over all products: 0, all appear alike; 1, one has all.'),
});

/** What the gate found. */
export const judgementSchema = z.object({
  format: z.literal('weft-judgement-1'),
  outcome: z.enum(OUTCOMES),
  reasons: z.array(z.string()).describe('Sentences with figures; what decided comes first.'),
  margin: z.number().describe('The loss of hit rate that is tolerated, where it cannot be told from none.'),
  categoryMargin: z.number().describe('The loss of hit rate that is tolerated in one category.'),
  holdout: z.object({
    styles: z.int(),
    photos: z.int(),
    ofStyles: z.int().describe('Hold-out styles of the catalogue; of very many, some are taken.'),
    ofPhotos: z.int(),
    leftOut: z.int().describe('Photos without a vector in both generations, or without features.'),
  }),
  overall: z.object(comparison),
  stylesNeeded: z
    .int()
    .nullable()
    .describe('Of an undecided one: hold-out styles it would take if both models were equal, about.'),
  tasks: z.array(z.object({ task: z.enum(TASKS), ...comparison, isSureLoss })),
  categories: z
    .array(z.object({ category: z.string().nullable(), ...comparison, isSureLoss }))
    .describe('Those with five styles or more, the one that loses most first.'),
  baselines: z.array(z.object({ baseline: z.enum(GATE_BASELINES), ...comparison, isSureLoss })),
  otherStyles: z.object({ candidate: otherStyles, active: otherStyles }),
  churn: z.object({
    products: z.int().describe('Products for sale with a vector in both.'),
    asked: z.int().describe('Those of them whose top tens were compared.'),
    changedShare: rate.describe('Share of the asked whose top ten holds other products.'),
    meanOverlap: rate.describe('Mean share of a top ten that stays.'),
    examples: z
      .array(
        z.object({
          productId: z.string(),
          overlap: rate,
          before: z.array(z.string()).describe('Products, best first.'),
          after: z.array(z.string()),
        }),
      )
      .describe('Those that change most.'),
  }),
  exposure: z.object({
    before: exposureFigures,
    after: exposureFigures,
    categories: z.array(exposureShare).describe('Those that gain or lose most.'),
    brands: z.array(exposureShare).describe('Those that gain or lose most.'),
    gainers: z.array(exposureOfProduct),
    losers: z.array(exposureOfProduct),
  }),
});
export type Judgement = z.output<typeof judgementSchema>;
