import { z } from 'zod';
import { filterText } from '#filters';
import { catalogueText, productOrOfferId } from '#foundation';
import type { Assignment } from '#experiments';
import { ARMS, type RecommendationIds } from '#shoppers';
import {
  DEFAULT_COUNT,
  MOST_BOOSTS,
  MOST_EXCLUDED,
  OPTION_VALUES,
  OPTION_WORDS,
  optional,
  optionsOf,
  type ProductCard,
  type RecommendationOptions,
  type Recommendations,
  shopperBody,
  shopperId,
  similarBody,
  RULE_KINDS,
  SIGNAL_WEIGHTS,
  type SignalType,
  withRange,
} from '#similarity';
import { queryBoolean, queryList, queryNumber } from '../http/fields.js';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import { boostOf, boostText } from './filter-fields.js';

export const productParams = z.strictObject({ id: productOrOfferId });

const { price, styleId, ...value } = OPTION_VALUES;
const words = OPTION_WORDS;

const ASSIGNED_SHOPPER =
  'Who asks: divides shoppers where an experiment runs, see `POST /v1/experiments`, and says nothing else.';

/** Query of `similar`. The object is kept apart from its check, because parameters are documented one by one. */
export const similarParameters = z.strictObject({
  count: optional(queryNumber(value.count), words.count, DEFAULT_COUNT),
  cursor: optional(value.cursor, words.cursor),
  dial: optional(queryNumber(value.dial), words.dial),
  filter: optional(filterText, words.filter),
  category: optional(catalogueText, words.category),
  gender: optional(value.gender, words.gender),
  minPrice: optional(queryNumber(price), words.minPrice),
  maxPrice: optional(queryNumber(price), words.maxPrice),
  inStock: optional(queryBoolean, words.inStock, true),
  groupBy: optional(value.groupBy, words.groupBy, 'style'),
  includeSeenStyles: optional(queryBoolean, words.includeSeenStyles, false),
  excludeProduct: optional(queryList(productOrOfferId, MOST_EXCLUDED), words.excludeProducts),
  excludeStyle: optional(queryList(styleId, MOST_EXCLUDED), words.excludeStyles),
  boost: optional(
    queryList(boostText, MOST_BOOSTS),
    `${words.boost} A weight from -1 to 1, a colon and the filter: \`0.2:brand = 'Acme'\`.`,
  ),
  minimumSimilarity: optional(queryNumber(value.minimumSimilarity), words.minimumSimilarity),
  diversity: optional(queryNumber(value.diversity), words.diversity, 0),
  scenario: optional(value.scenario, words.scenario),
  shopperId: optional(shopperId, ASSIGNED_SHOPPER),
});
export const similarQuery = withRange(similarParameters);

export const recommendationRequest = requestSchema('RecommendationRequest', shopperBody);

/** As `similar` over a body. */
export const similarRequest = requestSchema(
  'SimilarRequest',
  similarBody.safeExtend({ shopperId: optional(shopperId, ASSIGNED_SHOPPER) }),
);

export const RECOMMENDATION_REQUEST_EXAMPLE = {
  signals: [
    { productId: 'mh01--black', type: 'wishlist', at: '2026-11-23T18:20:00Z' },
    { productId: 'mh04--green', type: 'view' },
  ],
  count: 5,
  filter: "price <= 60 AND attribute.fit = 'slim'",
  boosts: [{ filter: 'onSale', weight: -0.1 }],
} satisfies z.input<typeof recommendationRequest>;

/** Options of a parsed query, as the recommender takes them. */
export function optionsOfQuery(query: Omit<z.output<typeof similarQuery>, 'shopperId'>): RecommendationOptions {
  const { boost: boosts, excludeProduct: products, excludeStyle: styles, ...options } = query;
  return {
    ...optionsOf(options),
    ...(boosts === undefined ? {} : { boosts: boosts.map(boostOf) }),
    ...(products === undefined && styles === undefined ? {} : { exclude: { products, styles } }),
  };
}

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

const similarity = z.object({ total: z.number(), shape: z.number(), colour: z.number() });

const signalReason = z.object({
  productId: z.string(),
  type: z.enum(Object.keys(SIGNAL_WEIGHTS) as SignalType[]),
  similarity: similarity.describe('Of that product and the result.'),
  text: z.string().nullable().describe('For the page, in English; null where there is nothing true to say.'),
});

const ruleReference = z.object({
  id: z.int().describe('0: of a preview, the rule that is not stored yet.'),
  name: z.string(),
  kind: z.enum(RULE_KINDS),
});

const resultResponse = responseSchema(
  'Recommendation',
  z.object({
    ...productShape,
    similarity: similarity
      .nullable()
      .describe(
        'To the product asked about, or the one that stands for the interest, -1 to 1; total = (1 - dial) shape + ' +
          'dial colour. null in a fallback.',
      ),
    interest: z
      .object({
        productId: z.string().describe('The product that stands for it.'),
        share: z.number().describe('Its share of the places, 0 to 1.'),
      })
      .nullable()
      .describe(
        'The interest of the shopper that brought it; null where a product was asked about, and in a fallback.',
      ),
    taken: z
      .object({ dislikes: z.number(), purchase: z.number(), shown: z.number() })
      .nullable()
      .describe('What was taken from the similarity before ordering: for dislikes, a purchase, having been shown.'),
    boost: z.number().describe('What boosts add to the similarity for the order; 0 where none do, and in a fallback.'),
    because: signalReason
      .nullable()
      .describe(
        'The signal that, if removed, would lower the result most; null where none would, where a product was asked ' +
          'about, and in a fallback.',
      ),
    shelf: z.enum(['popular', 'new']).nullable().describe('Of a fallback: what is popular or a new arrival.'),
    rules: z
      .array(ruleReference)
      .describe('The rules that made a difference to its place: its pin, or the boosts and buries that it passes.'),
  }),
);

export const recommendationsResponse = responseSchema(
  'Recommendations',
  z.object({
    recommendationId: z.string().describe('Of this answer; events on its results may carry it.'),
    experiment: z
      .object({ name: z.string(), arm: z.enum(ARMS) })
      .nullable()
      .describe('The experiment that the answer is part of; null where none runs, or no shopperId was told.'),
    modelVersion: z.string(),
    generation: z.int(),
    dial: z.number().describe('The setting used.'),
    filter: z
      .string()
      .nullable()
      .describe('What was asked and held of every result but pinned ones, defaults included; null where nothing did.'),
    results: z.array(resultResponse).describe('Best first; of several interests, each in its turn.'),
    filledUp: z
      .object({ categories: z.array(z.string()), given: z.int() })
      .nullable()
      .describe('These categories came first and had no more: so many of the results are of others. null: none is.'),
    rules: z
      .array(ruleReference)
      .describe(
        'The rules whose conditions held, in the order that settles their conflicts; see docs/merchandising.md.',
      ),
    shortfall: z
      .object({
        asked: z.int(),
        given: z.int(),
        code: z.enum(['no-signals', 'no-vector', 'no-taste', 'no-more-matches']),
        reason: z.string(),
      })
      .nullable()
      .describe('Why fewer came than were asked for.'),
    fallback: z
      .object({ code: z.enum(['no-signals', 'no-vector', 'no-taste']), reason: z.string() })
      .nullable()
      .describe('Why the results are popular products and new arrivals; null where they are what was asked for.'),
    nextCursor: z.string().nullable().describe('Of the next page; null on the last, and in a fallback.'),
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

const SIMILARITY_EXAMPLE = { total: 0.81, shape: 0.88, colour: 0.74 };

const answerExample = (
  why: Pick<z.input<typeof resultResponse>, 'interest' | 'taken' | 'because'>,
): z.input<typeof recommendationsResponse> => ({
  recommendationId: 'AmklxRAAAAABAAGpNADQGR9HVJVAlQ',
  experiment: null,
  modelVersion: '20261124-093000-1a2b3c4d',
  generation: 1,
  dial: 0.5,
  filter: "inStock AND gender IN ('male', 'unisex')",
  results: [{ ...PRODUCT_EXAMPLE, similarity: SIMILARITY_EXAMPLE, boost: 0, ...why, shelf: null, rules: [] }],
  filledUp: null,
  rules: [],
  shortfall: {
    asked: 5,
    given: 1,
    code: 'no-more-matches',
    reason: 'Only 1 product passes the filters and exclusions.',
  },
  fallback: null,
  nextCursor: null,
  unknown: [],
  withoutVector: [],
});
export const SIMILAR_EXAMPLE = answerExample({ interest: null, taken: null, because: null });
export const RECOMMENDATIONS_EXAMPLE = answerExample({
  interest: { productId: 'mh01--black', share: 0.75 },
  taken: { dislikes: 0, purchase: 0, shown: 0 },
  because: {
    ...{ productId: 'mh01--black', type: 'wishlist', similarity: SIMILARITY_EXAMPLE },
    text: 'Because you wishlisted Chaz Hoodie - black: same cut, similar colour',
  },
});

/** A product as it is answered: the photo as a path. */
export function presentProduct<Card extends ProductCard>({ imageId, ...card }: Card) {
  return { ...card, image: imageId === null ? null : `/v1/images/${imageId}` };
}

/**
 * @param asked when, by which place of the storefront, and in which experiment
 */
export async function presentRecommendations(
  answer: Recommendations,
  ids: RecommendationIds,
  asked: { at: Date; scenario: string | undefined; assignment: Assignment | null },
): Promise<z.input<typeof recommendationsResponse>> {
  const { generation, results } = answer;
  const { assignment: inExperiment } = asked;
  const scenario = asked.scenario ?? null;
  const recommendationId = await ids.issue({
    ...{ at: asked.at, generation, scenario, inExperiment },
    results: results.map(({ productId, rules }) => ({ productId, rules: rules.map(({ id }) => id) })),
  });
  const experiment = inExperiment && { name: inExperiment.name, arm: inExperiment.arm };
  return { recommendationId, experiment, ...presentAnswer(answer) };
}

/** An answer that is shown to nobody who could act on it, and so has no id. */
export function presentAnswer(answer: Recommendations) {
  return { ...answer, results: answer.results.map((result) => presentProduct(result)) };
}
