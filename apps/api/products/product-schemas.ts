import { z } from 'zod';
import type { ProductCard, Recommendations } from '#similarity';
import { SIGNAL_WEIGHTS, type SignalType } from '#similarity';
import { catalogueText, productOrOfferId, queryBoolean, queryNumber } from '../http/fields.js';
import { requestSchema, responseSchema } from '../http/schema-registry.js';

const signalType = z.enum(Object.keys(SIGNAL_WEIGHTS) as SignalType[]);

export const productParams = z.strictObject({ id: productOrOfferId });

const count = z.int().min(1).max(100);
const dial = z.number().min(0).max(1);
const price = z.number().min(0);

const WORDS = {
  count: 'How many products.',
  dial: "0: same cut, any colour; 1: same colour, any cut. Default: the model's.",
  category: 'Only this category, letter for letter.',
  gender:
    'Only this gender and unisex products, or `any`. Default: the genders of the product, or of what the signals like.',
  minPrice: 'Lowest price, inclusive, in major units.',
  maxPrice: 'Highest price, inclusive, in major units.',
  inStock: 'false: products out of stock too.',
  onePerStyle: 'Of products that differ in colour only, the nearest alone.',
  includeSeenStyles: 'Other colours of the seen styles too; what was seen itself is never a result.',
};

const isRange = ({ minPrice, maxPrice }: { minPrice?: number | undefined; maxPrice?: number | undefined }) =>
  minPrice === undefined || maxPrice === undefined || minPrice <= maxPrice;
const RANGE_FAULT = { path: ['minPrice'], message: 'must not be above maxPrice' };

/** Query of `similar`. The object is kept apart from its check, because parameters are documented one by one. */
export const similarParameters = z.strictObject({
  count: queryNumber(count).default(10).describe(WORDS.count),
  dial: queryNumber(dial).optional().describe(WORDS.dial),
  category: catalogueText.optional().describe(WORDS.category),
  gender: catalogueText.optional().describe(WORDS.gender),
  minPrice: queryNumber(price).optional().describe(WORDS.minPrice),
  maxPrice: queryNumber(price).optional().describe(WORDS.maxPrice),
  inStock: queryBoolean.default(true).describe(WORDS.inStock),
  onePerStyle: queryBoolean.default(true).describe(WORDS.onePerStyle),
  includeSeenStyles: queryBoolean.default(false).describe(WORDS.includeSeenStyles),
});
export const similarQuery = similarParameters.refine(isRange, RANGE_FAULT);

const signal = z.strictObject({
  productId: productOrOfferId,
  type: signalType.describe('dislike pushes away; wishlist weighs most.'),
  at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When it happened; its weight halves every seven days. Default: now.'),
});

export const recommendationRequest = requestSchema(
  'RecommendationRequest',
  z
    .strictObject({
      signals: z.array(signal).min(1).max(500).describe('What the shopper did, in any order.'),
      count: count.default(10).describe(WORDS.count),
      dial: dial.optional().describe(WORDS.dial),
      category: catalogueText.optional().describe(WORDS.category),
      gender: catalogueText.optional().describe(WORDS.gender),
      minPrice: price.optional().describe(WORDS.minPrice),
      maxPrice: price.optional().describe(WORDS.maxPrice),
      inStock: z.boolean().default(true).describe(WORDS.inStock),
      onePerStyle: z.boolean().default(true).describe(WORDS.onePerStyle),
      includeSeenStyles: z.boolean().default(false).describe(WORDS.includeSeenStyles),
    })
    .refine(isRange, RANGE_FAULT),
);

export const RECOMMENDATION_REQUEST_EXAMPLE = {
  signals: [
    { productId: 'mh01--black', type: 'wishlist', at: '2026-11-23T18:20:00Z' },
    { productId: 'mh04--green', type: 'view' },
  ],
  count: 5,
} satisfies z.input<typeof recommendationRequest>;

const productShape = {
  productId: z.string(),
  styleId: z.string(),
  offerId: z.string().nullable().describe('The offer to link to: the cheapest in stock, else the cheapest.'),
  title: z.string().nullable(),
  brand: z.string().nullable(),
  category: z.string().nullable(),
  gender: z.string().nullable(),
  colour: z.string().nullable(),
  link: z.string().nullable(),
  price: z.number().nullable().describe('Major units.'),
  salePrice: z.number().nullable().describe('Major units; null when there is no sale.'),
  currency: z.string().nullable().describe('ISO 4217.'),
  inStock: z.boolean(),
  image: z.string().nullable().describe('Path of the main photo; takes ?w= for its width.'),
};

export const productResponse = responseSchema('Product', z.object(productShape).describe('One look.'));

const signalReason = z.object({ productId: z.string(), type: signalType });

const resultResponse = responseSchema(
  'Recommendation',
  z.object({
    ...productShape,
    similarity: z
      .object({ total: z.number(), shape: z.number(), colour: z.number() })
      .describe('To the product or the profile, -1 to 1; total = (1 - dial) shape + dial colour.'),
    because: signalReason
      .nullable()
      .describe('The signal that, if removed, would lower the similarity most; null where a product was asked about.'),
  }),
);

export const recommendationsResponse = responseSchema(
  'Recommendations',
  z.object({
    modelVersion: z.string(),
    generation: z.int(),
    dial: z.number().describe('The setting used.'),
    results: z.array(resultResponse).describe('Best first.'),
    shortfall: z
      .object({
        asked: z.int(),
        given: z.int(),
        code: z.enum(['no-vector', 'no-taste', 'no-more-matches']),
        reason: z.string(),
      })
      .nullable()
      .describe('Why fewer came than were asked for.'),
    unknown: z.array(z.string()).describe('Ids that are no product and no offer.'),
    withoutVector: z.array(z.string()).describe('Products without an embedding.'),
  }),
);

export const PRODUCT_EXAMPLE: z.input<typeof productResponse> = {
  productId: 'mh07--gray',
  styleId: 'mh07',
  offerId: 'mh07-gray-m',
  title: 'Hero Hoodie - gray',
  brand: null,
  category: 'Men > Tops > Hoodies & Sweatshirts',
  gender: 'male',
  colour: 'gray',
  link: 'https://shop.example/mh07-gray',
  price: 54,
  salePrice: null,
  currency: 'USD',
  inStock: true,
  image: '/v1/images/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

const answerExample = (because: z.input<typeof signalReason> | null): z.input<typeof recommendationsResponse> => ({
  modelVersion: '20261124-093000-1a2b3c4d',
  generation: 1,
  dial: 0.5,
  results: [{ ...PRODUCT_EXAMPLE, similarity: { total: 0.81, shape: 0.88, colour: 0.74 }, because }],
  shortfall: {
    asked: 5,
    given: 1,
    code: 'no-more-matches',
    reason: 'Only 1 product passes the filters and exclusions.',
  },
  unknown: [],
  withoutVector: [],
});
export const SIMILAR_EXAMPLE = answerExample(null);
export const RECOMMENDATIONS_EXAMPLE = answerExample({ productId: 'mh01--black', type: 'wishlist' });

/** A product as it is answered: the photo as a path. */
export function presentProduct<Card extends ProductCard>({ imageId, ...card }: Card) {
  return { ...card, image: imageId === null ? null : `/v1/images/${imageId}` };
}

export function presentRecommendations(answer: Recommendations): z.input<typeof recommendationsResponse> {
  return { ...answer, results: answer.results.map((result) => presentProduct(result)) };
}
