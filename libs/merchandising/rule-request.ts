import { filterText } from '#filters';
import { catalogueText, productOrOfferId, STORABLE } from '#foundation';
import { OPTION_VALUES } from '#similarity';
import { z } from 'zod';

/** Products that one set may list. */
const MOST_LISTED = 200;
const MOST_SCENARIOS = 50;
const MOST_POSITION = 100;

const productSet = z
  .strictObject({
    filter: filterText.optional().describe('Those that pass it (docs/filters.md).'),
    products: z
      .array(productOrOfferId)
      .min(1)
      .max(MOST_LISTED)
      .optional()
      .describe('These products, or of these offers.'),
  })
  .refine(({ filter, products }) => (filter === undefined) !== (products === undefined), {
    message: 'must have either filter or products',
  });

const time = z.iso.datetime({ offset: true });

const conditions = z
  .strictObject({
    product: productSet
      .optional()
      .describe('The product asked about, or that a photo was found to show, is one of these.'),
    category: catalogueText
      .optional()
      .describe('That product is of this category or below it, or the request asks for that with `category`.'),
    scenarios: z
      .array(OPTION_VALUES.scenario)
      .min(1)
      .max(MOST_SCENARIOS)
      .optional()
      .describe('The request names one of these, stored or not.'),
    from: time.optional().describe('Holds from then on.'),
    until: time.optional().describe('Holds until then.'),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || Date.parse(from) < Date.parse(until), {
    path: ['from'],
    message: 'must be before until',
  })
  .default({})
  .describe('All must hold. Default: always.');

const common = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(STORABLE, 'must not hold control characters or halves of characters')
    .describe('Answers name the rule by it, to pages, too.'),
  enabled: z.boolean().default(true),
  priority: z
    .int()
    .min(-1_000)
    .max(1_000)
    .default(0)
    .describe('Of two rules that cannot both have their way the higher goes first, then the older.'),
  when: conditions,
};

const weight = z.number().gt(0).max(1);

/** A rule as a person writes it, for the API and the command line alike. */
export const ruleRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pin').describe('Sets a product on a place.'),
    ...common,
    product: productOrOfferId,
    position: z.int().min(1).max(MOST_POSITION).describe('In the whole answer, all pages together; the first is 1.'),
  }),
  z.strictObject({
    kind: z.literal('boost').describe('Raises what passes a filter.'),
    ...common,
    filter: filterText,
    weight: weight.describe('Added to the similarity.'),
  }),
  z.strictObject({
    kind: z.literal('bury').describe('Lowers what passes a filter.'),
    ...common,
    filter: filterText,
    weight: weight.describe('Taken from the similarity.'),
  }),
  z.strictObject({
    kind: z.literal('hide').describe('Never shows these products.'),
    ...common,
    what: productSet,
  }),
  z.strictObject({
    kind: z.literal('never-together').describe('No answer holds a product of each set.'),
    ...common,
    sets: z.tuple([productSet, productSet]).describe('Of the one that is met first, products may come.'),
  }),
]);
export type RuleRequest = z.output<typeof ruleRequest>;
