import { z } from 'zod';
import { productOrOfferId, storableText } from '#foundation';
import { shopperId } from '#similarity';
import { EVENT_TYPES, type ShopperEvent, type ToldEvent } from '#shoppers';
import { requestSchema, responseSchema } from '../http/schema-registry.js';

/** Events of one request. */
const MOST_EVENTS = 1_000;
/** Events that a shopper is shown at most; all are kept and all are erased. */
export const MOST_SHOWN_EVENTS = 10_000;

const recommendationId = z.string().min(1).max(2_048).describe('`recommendationId` of the answer that showed it.');

export const shopperParams = z.strictObject({ shopperId });

const event = z
  .strictObject({
    id: storableText(64)
      .refine((id) => !id.startsWith('sha256:'), 'must not begin with sha256:, as ids that are made here do')
      .optional()
      .describe('Unique for the shopper: the same id again is the same event. Default: from all else that it says.'),
    type: z
      .enum(EVENT_TYPES)
      .describe(
        'click and impression are of a recommendation; a removal takes back what the shopper wished for or put into the cart before ' +
          'it; the others say what the shopper likes.',
      ),
    shopperId,
    productId: productOrOfferId,
    at: z.iso.datetime({ offset: true }).optional().describe('When it happened. Default: now; then it needs an id.'),
    recommendationId: recommendationId.optional(),
  })
  .refine(({ id, at }) => id !== undefined || at !== undefined, {
    path: ['id'],
    message: 'or a time is needed, or an event that is sent again would count twice',
  });

export const eventsRequest = requestSchema(
  'EventsRequest',
  z.strictObject({ events: z.array(event).min(1).max(MOST_EVENTS) }),
);

export const EVENTS_REQUEST_EXAMPLE = {
  events: [
    { id: 'wish-8812', type: 'wishlist', shopperId: 'c41f7a20', productId: 'mh01--black', at: '2026-11-23T18:20:00Z' },
    { type: 'view', shopperId: 'c41f7a20', productId: 'mh04--green', at: '2026-11-23T18:21:05.120Z' },
  ],
} satisfies z.input<typeof eventsRequest>;

export const recordedEventsResponse = responseSchema(
  'RecordedEvents',
  z
    .object({
      received: z.int(),
      stored: z.int(),
      repeated: z.int().describe('Known already, or sent twice at once.'),
      rejected: z.array(
        z.object({
          index: z.int().describe('Position in the request, from 0.'),
          code: z.enum([
            ...(['product-unknown', 'time-ahead', 'time-past', 'recommendation-unknown'] as const),
            'recommendation-without-product',
          ]),
          reason: z.string(),
        }),
      ),
    })
    .describe('stored + repeated + the number of rejected is received.'),
);

export const RECORDED_EVENTS_EXAMPLE: z.input<typeof recordedEventsResponse> = {
  received: 2,
  stored: 1,
  repeated: 0,
  rejected: [
    { index: 1, code: 'product-unknown', reason: 'There is no product or offer mh04--green in the catalogue.' },
  ],
};

export const shopperResponse = responseSchema(
  'Shopper',
  z.object({
    shopperId: z.string(),
    total: z.int().describe('Events that are kept.'),
    events: z
      .array(
        z.object({
          id: z.string(),
          type: z.enum(EVENT_TYPES),
          productId: z.string(),
          at: z.iso.datetime(),
          recommendationId: z.string().nullable(),
        }),
      )
      .describe(`Newest first, at most ${MOST_SHOWN_EVENTS}.`),
  }),
);

export const SHOPPER_EXAMPLE: z.input<typeof shopperResponse> = {
  shopperId: 'c41f7a20',
  total: 1,
  events: [
    {
      ...{ id: 'wish-8812', type: 'wishlist', productId: 'mh01--black' },
      ...{ at: '2026-11-23T18:20:00.000Z', recommendationId: null },
    },
  ],
};

export const erasedResponse = responseSchema('ErasedShopper', z.object({ shopperId: z.string(), erased: z.int() }));

export const ERASED_EXAMPLE: z.input<typeof erasedResponse> = { shopperId: 'c41f7a20', erased: 1 };

export function toldEvents({ events }: z.output<typeof eventsRequest>): ToldEvent[] {
  return events.map(({ at, ...told }) => ({ ...told, at: at === undefined ? undefined : new Date(at) }));
}

export function presentShopper(
  id: string,
  { total, events }: { total: number; events: ShopperEvent[] },
): z.input<typeof shopperResponse> {
  return {
    ...{ shopperId: id, total },
    events: events.map(({ eventId, type, productId, at, recommendationId: answer }) => ({
      ...{ id: eventId, type, productId, at: at.toISOString(), recommendationId: answer },
    })),
  };
}
