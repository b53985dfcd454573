import { z } from 'zod';
import { type Attribution, GROUPINGS } from '#attribution';
import { ARMS } from '#shoppers';
import { responseSchema } from '../http/schema-registry.js';

const time = z.iso.datetime({ offset: true });

export const attributionQuery = z.strictObject({
  by: z.enum(GROUPINGS).describe('What rates are told apart by.'),
  from: time.optional().describe('Answers that were given from then on. Default: 28 days before `until`.'),
  until: time.optional().describe('Answers that were given before then. Default: now.'),
});

export const interval = z.tuple([z.number(), z.number()]).describe('95 %.');

const action = z.object({
  count: z.int().describe('Shown results that led to it.'),
  rate: z
    .object({ rate: z.number(), interval95: interval.nullable().describe('null where one shopper saw all of them.') })
    .nullable()
    .describe('Share of the shown results; null where none was shown.'),
});

export const attributionResponse = responseSchema(
  'Attribution',
  z
    .object({
      by: z.enum(GROUPINGS),
      from: z.iso.datetime(),
      until: z.iso.datetime(),
      windowDays: z.int().describe('How long after an answer, or after a click, what a shopper does counts.'),
      groups: z
        .array(
          z.object({
            scenario: z.string().nullable().optional().describe('null: requests that named none.'),
            modelVersion: z
              .string()
              .nullable()
              .optional()
              .describe('null: the generation that answered was gone before the event came.'),
            rule: z.int().nullable().optional().describe('null: results that no rule touched.'),
            ruleName: z.string().nullable().optional().describe('null: no rule, or one that was removed since.'),
            experiment: z.string().optional(),
            arm: z.enum(ARMS).optional(),
            shown: z.int().describe('Results that were shown: each product once a shopper and answer.'),
            shoppers: z.int().describe('Who saw them.'),
            open: z.int().describe('Those of answers whose window is open: what follows may still count.'),
            withoutImpression: z.int().describe('Results that led to something without an impression; in no rate.'),
            actions: z.object({ click: action, wishlist: action, cart: action, purchase: action }),
          }),
        )
        .describe('Most shown first; with what `by` asks for, and nothing else, to tell them apart.'),
      warning: z.string().nullable().describe('What keeps rates from being told.'),
    })
    .describe('What answers led to, by last touch.'),
);

const actionExample = (count: number, interval95: [number, number]) => ({
  ...{ count, rate: { rate: count / 1200, interval95 } },
});
export const ATTRIBUTION_EXAMPLE: z.input<typeof attributionResponse> = {
  ...{ by: 'scenario', from: '2026-10-27T00:00:00.000Z', until: '2026-11-24T00:00:00.000Z', windowDays: 7 },
  groups: [
    {
      ...{ scenario: 'home-top', shown: 1_200, shoppers: 143, open: 260, withoutImpression: 0 },
      actions: {
        click: actionExample(72, [0.0457, 0.0784]),
        wishlist: actionExample(15, [0.0071, 0.022]),
        cart: actionExample(12, [0.0053, 0.0186]),
        purchase: actionExample(6, [0.0021, 0.0115]),
      },
    },
  ],
  warning: null,
};

export function presentAttribution({ from, until, ...rest }: Attribution): z.input<typeof attributionResponse> {
  return { ...rest, from: from.toISOString(), until: until.toISOString() };
}
