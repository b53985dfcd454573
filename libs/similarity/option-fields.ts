import { z } from 'zod';
import { filterText, isPlainNumber, parseFilter } from '#filters';
import { catalogueText, productOrOfferId, storableText } from '#foundation';
import { PROFILE_SETTINGS, SIGNAL_WEIGHTS, type SignalType } from './profile-settings.js';
import { DEFAULT_COUNT, type RecommendationOptions, WANTED_GENDERS } from './recommendation-options.js';
import type { ShopperOptions, Signal } from './shopper.js';

/**
 * A member that need not be said. Its default is told and not filled in: what a request leaves open its scenario may say.
 *
 * @param standard what holds where nobody says
 */
export const optional = <Schema extends z.ZodType>(schema: Schema, words: string, standard?: z.output<Schema>) =>
  schema.optional().meta({ description: words, ...(standard === undefined ? {} : { default: standard }) });

const MOST_PRICE = 999_999_999;
export const MOST_EXCLUDED = 100;
export const MOST_BOOSTS = 5;

/** What a boost adds; below 0 it lowers. */
export const boostWeight = z.number().min(-1).max(1);

const boost = z.strictObject({
  filter: filterText,
  weight: boostWeight.describe('Added to the similarity of what passes; below 0 it lowers.'),
});

/** The values of options, each by itself. */
export const OPTION_VALUES = {
  count: z.int().min(1).max(100),
  dial: z.number().min(0).max(1),
  price: z
    .number()
    .min(0)
    .max(MOST_PRICE)
    // An answer shows it in its filter, which can be sent back.
    .refine((value) => value > MOST_PRICE || isPlainNumber(value), 'must have at most 9 digits and 6 decimals'),
  gender: z.enum(WANTED_GENDERS),
  minimumSimilarity: z.number().min(-1).max(1),
  diversity: z.number().min(0).max(1),
  groupBy: z.enum(['style', 'product']),
  cursor: z.string().min(1).max(500),
  styleId: productOrOfferId.describe('A style id (the `item_group_id` of the feed).'),
  scenario: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')
    .refine((name) => !/^\.\.?$/.test(name), 'must not be . or ..: a URL would lose it'),
};
const value = OPTION_VALUES;

/** What each option means. */
export const OPTION_WORDS = {
  count: 'How many products.',
  dial: "0: same cut, any colour; 1: same colour, any cut. Default: the model's.",
  filter: "Which products may be results, such as `price <= 50 AND colour IN ('red', 'navy') AND NOT onSale`.",
  category:
    'A category with all below it, `same` (those of the product, or of what the signals like, unless the filter speaks ' +
    'of categories), or `any`. Default: `same` for a product, `any` for signals and photos.',
  gender:
    'This gender and unisex products, or `any`; a catalogue knows no other. Default: the genders of the product, or of what the signals like; ' +
    'a filter that speaks of genders replaces it.',
  minPrice: 'Lowest price, inclusive, in major units.',
  maxPrice: 'Highest price, inclusive, in major units.',
  inStock: 'false: products out of stock too. A filter that speaks of stock replaces the default.',
  groupBy: 'style: of products that differ in colour only, the nearest alone; product: each.',
  includeSeenStyles: 'Other colours of the seen styles too; what was seen itself is never a result.',
  excludeProducts: 'Products or offers that are no results.',
  excludeStyles: 'Styles that are no results.',
  boost: 'Raises or lowers what passes a filter.',
  minimumSimilarity: 'Least similarity in total; boosts do not count.',
  diversity: '0: the nearest; 1: as different from each other as the 200 nearest allow.',
  cursor: '`nextCursor` of an answer to the same question: what comes after it.',
  scenario:
    'The place that asks, such as `home-top`: it is part of the `recommendationId`, and what is stored under this name ' +
    'holds where the request says nothing.',
};
const words = OPTION_WORDS;

/** What may be asked of all recommendations, in a body and in a scenario. */
const optionFields = {
  count: optional(value.count, words.count, DEFAULT_COUNT),
  dial: optional(value.dial, words.dial),
  filter: optional(filterText, words.filter),
  category: optional(catalogueText, words.category),
  gender: optional(value.gender, words.gender),
  minPrice: optional(value.price, words.minPrice),
  maxPrice: optional(value.price, words.maxPrice),
  inStock: optional(z.boolean(), words.inStock, true),
  groupBy: optional(value.groupBy, words.groupBy, 'style'),
  includeSeenStyles: optional(z.boolean(), words.includeSeenStyles, false),
  exclude: z
    .strictObject({
      products: optional(z.array(productOrOfferId).max(MOST_EXCLUDED), words.excludeProducts),
      styles: optional(z.array(value.styleId).max(MOST_EXCLUDED), words.excludeStyles),
    })
    .optional(),
  boosts: optional(z.array(boost).max(MOST_BOOSTS), words.boost),
  minimumSimilarity: optional(value.minimumSimilarity, words.minimumSimilarity),
  diversity: optional(value.diversity, words.diversity, 0),
};

/** What may be asked of recommendations to a shopper beside. */
const shopperFields = {
  interests: optional(
    z.int().min(1).max(5),
    'Most interests of the shopper that are searched for, each with its share of the places.',
    PROFILE_SETTINGS.interests,
  ),
  includeSeen: optional(z.boolean(), 'Products that were viewed, wished for or put in a cart, too.', false),
  includeOwned: optional(z.boolean(), 'Products that were bought, too.', false),
  includeRejected: optional(z.boolean(), 'Products that were disliked, too.', false),
  rotation: optional(
    z.number().min(0).max(1),
    'What an impression takes from a product at first; half of it is left after two hours. Needs a shopperId.',
    0,
  ),
  fallback: optional(
    z.boolean(),
    'false: nothing, instead of popular products and new arrivals, where no taste is known.',
    true,
  ),
};

/** What only a request can say. */
const requestFields = {
  cursor: optional(value.cursor, words.cursor),
  scenario: optional(value.scenario, words.scenario),
};

const isRange = ({ minPrice, maxPrice }: { minPrice?: number | undefined; maxPrice?: number | undefined }) =>
  minPrice === undefined || maxPrice === undefined || minPrice <= maxPrice;
const RANGE_FAULT = { path: ['minPrice'], message: 'must not be above maxPrice' };

/** Refuses a price range that holds no price. */
export const withRange = <Schema extends z.ZodType<{ minPrice?: number | undefined; maxPrice?: number | undefined }>>(
  schema: Schema,
) => schema.refine(isRange, RANGE_FAULT);

/** A body with what may be asked of lookalikes, and what they are to look like. */
export const lookalikeBody = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject({ ...shape, ...optionFields, ...requestFields })
    .refine((given) => isRange(given as { minPrice?: number; maxPrice?: number }), RANGE_FAULT);

const signal = z.strictObject({
  productId: productOrOfferId,
  type: z.enum(Object.keys(SIGNAL_WEIGHTS) as SignalType[]).describe('dislike pushes away; wishlist weighs most.'),
  at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When it happened; its weight halves every seven days, a view’s with every later view. Default: now.'),
});

/** Of a shopper, as the storefront calls it. */
export const shopperId = storableText(128)
  // A URL would lose it: nobody could be shown or erased by it.
  .refine((id) => id !== '.' && id !== '..', 'must not be . or ..')
  .describe('Yours, opaque; not to be guessed where pages send it, and no name or address.');

/** What may be asked of what looks like a product. */
export const similarBody = lookalikeBody({ similarTo: productOrOfferId });

/** What may be asked of recommendations to a shopper. */
export const shopperBody = lookalikeBody({
  signals: z.array(signal).max(500).default([]).describe('What the shopper did, in any order.'),
  shopperId: shopperId.optional().describe('Whose events are signals, too; see `POST /v1/events`.'),
  ...shopperFields,
});

/** Parsed signals as the recommender takes them. */
export function signalsOf(signals: z.output<typeof shopperBody>['signals']): Signal[] {
  return signals.map(({ at, ...rest }) => ({ ...rest, at: at === undefined ? undefined : new Date(at) }));
}

/** What a scenario may say for the requests that name it: each option of both kinds of recommendations. */
export const scenarioSettings = withRange(z.strictObject({ ...optionFields, ...shopperFields }));
export type ScenarioSettings = z.output<typeof scenarioSettings>;

type AsWritten = ScenarioSettings & { cursor?: string | undefined; scenario?: string | undefined };

/** Parsed options, of a body or of a scenario, as the recommender takes them. */
export function optionsOf({ filter, boosts, ...options }: AsWritten): RecommendationOptions & ShopperOptions {
  return {
    ...options,
    ...(filter === undefined ? {} : { filter: parseFilter(filter) }),
    ...(boosts === undefined ? {} : { boosts: boosts.map((one) => ({ ...one, filter: parseFilter(one.filter) })) }),
  };
}
