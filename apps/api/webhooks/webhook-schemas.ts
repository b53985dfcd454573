import { z } from 'zod';
import { LARGEST_ID } from '#foundation';
import {
  type Attempt,
  type Delivery,
  DELIVERY_STATES,
  type Webhook,
  WEBHOOK_KINDS,
  webhookRequest as form,
} from '#webhooks';
import { queryNumber } from '../http/fields.js';
import { requestSchema, responseSchema } from '../http/schema-registry.js';

const id = z
  .string()
  .regex(/^\d{1,10}$/, 'must be the id of a webhook')
  .transform(Number)
  .pipe(z.int().min(1).max(LARGEST_ID))
  .describe('As `GET /v1/webhooks` shows it.');
export const webhookParams = z.strictObject({ id });
export const deliveryParams = z.strictObject({
  id,
  delivery: z.uuid('must be a UUID').describe('Id of the message: the header webhook-id.'),
});
export const deliveriesQuery = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional().describe('Only these.'),
  limit: queryNumber(z.int().min(1).max(1_000)).default(50).describe('How many messages.'),
});

export const webhookRequest = requestSchema('WebhookRequest', form);
export const WEBHOOK_REQUEST_EXAMPLE: z.input<typeof webhookRequest> = {
  url: 'https://shop.example/hooks/weft',
  kinds: ['job.failed', 'generation.promoted'],
};

const time = z.iso.datetime();
const shown = z.object({
  id: z.int(),
  url: z.string(),
  kinds: z.array(z.enum(WEBHOOK_KINDS)),
  createdAt: time,
  createdBy: z.string().describe('The id of a key, `command line`, or `anyone on this machine`.'),
  disabledAt: time.nullable().describe('Since when it is told nothing more; null: it is.'),
  disabledBecause: z.string().nullable(),
});
export const webhookResponse = responseSchema('Webhook', shown);
export const webhooksResponse = responseSchema('Webhooks', z.object({ webhooks: z.array(webhookResponse) }));
export const addedWebhookResponse = responseSchema(
  'AddedWebhook',
  z.object({
    secret: z
      .string()
      .describe('Signs the messages; shown this once. Give it to a library of Standard Webhooks as it is.'),
    webhook: webhookResponse,
  }),
);
export const removedWebhookResponse = responseSchema('RemovedWebhook', z.object({ removed: z.int() }));
export const testedWebhookResponse = responseSchema(
  'TestedWebhook',
  z.object({
    taken: z.boolean().describe('Whether the answer was 2xx.'),
    status: z.int().nullable().describe('Of the answer; null: there was none.'),
    error: z.string().nullable().describe('Why it was not taken.'),
  }),
);
const deliveryResponse = responseSchema(
  'Delivery',
  z.object({
    id: z.uuid().describe('The header webhook-id: the same at every attempt.'),
    kind: z.string(),
    subject: z.string().describe('What it is about, such as `job ID`. Messages about one thing go out in their order.'),
    state: z.enum(DELIVERY_STATES).describe('dead: it was tried for hours, or the webhook is disabled.'),
    attempts: z.int(),
    createdAt: time,
    nextAt: time.nullable().describe('When it is tried next; null: it is not.'),
    lastStatus: z.int().nullable().describe('Of the last answer; null: there was none.'),
    lastError: z.string().nullable(),
    finishedAt: time.nullable(),
  }),
);
export const deliveriesResponse = responseSchema(
  'Deliveries',
  z.object({ deliveries: z.array(deliveryResponse).describe('Newest first.') }),
);
export const retriedResponse = responseSchema('RetriedDelivery', z.object({ retried: z.uuid() }));

export const WEBHOOK_EXAMPLE: z.input<typeof webhookResponse> = {
  id: 1,
  url: 'https://shop.example/hooks/weft',
  kinds: ['job.failed', 'generation.promoted'],
  createdAt: '2026-11-24T09:30:00.000Z',
  createdBy: 'Fq3x9Zk',
  disabledAt: null,
  disabledBecause: null,
};
export const ADDED_EXAMPLE: z.input<typeof addedWebhookResponse> = {
  // Nobody's.
  secret: `whsec_${'A'.repeat(43)}=`,
  webhook: WEBHOOK_EXAMPLE,
};
export const TESTED_EXAMPLE: z.input<typeof testedWebhookResponse> = { taken: true, status: 204, error: null };
export const RETRIED_EXAMPLE = { retried: '5b1f4e2a-6c0d-4c7e-9a57-0d0f0c1a2b3c' };
export const DELIVERIES_EXAMPLE: z.input<typeof deliveriesResponse> = {
  deliveries: [
    {
      id: RETRIED_EXAMPLE.retried,
      kind: 'job.failed',
      subject: 'job 0b7c2b8e-8d3f-4f0a-9a57-0d0f0c1a2b3c',
      state: 'pending',
      attempts: 2,
      createdAt: '2026-11-24T09:30:00.000Z',
      nextAt: '2026-11-24T09:31:12.000Z',
      lastStatus: 500,
      lastError: 'It answered 500.',
      finishedAt: null,
    },
  ],
};

export function presentWebhook(webhook: Webhook): z.input<typeof webhookResponse> {
  const { createdAt, disabledAt, ...rest } = webhook;
  return { ...rest, createdAt: createdAt.toISOString(), disabledAt: disabledAt?.toISOString() ?? null };
}

export function presentDelivery(delivery: Delivery): z.input<typeof deliveryResponse> {
  const { createdAt, nextAt, finishedAt, ...rest } = delivery;
  const times = { nextAt: nextAt?.toISOString() ?? null, finishedAt: finishedAt?.toISOString() ?? null };
  return { ...rest, ...times, createdAt: createdAt.toISOString() };
}

export function presentAttempt({ status, error }: Attempt): z.input<typeof testedWebhookResponse> {
  return { taken: error === null, status, error };
}
