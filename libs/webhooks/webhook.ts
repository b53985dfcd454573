import { storableText } from '#foundation';
import { z } from 'zod';

/** What a webhook can be told. `webhook.test` is sent when somebody asks for it, to any. */
export const WEBHOOK_KINDS = [
  'job.finished',
  'job.failed',
  'job.cancelled',
  'promotion.refused',
  'generation.promoted',
  'generation.rolled-back',
] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** What is asked for when a webhook is added. */
export const webhookRequest = z.strictObject({
  url: storableText(2000)
    .refine(isWebAddress, 'must be an http or https address without a user name')
    .describe('Where messages are posted. Private addresses only where WEFT_FETCH_ALLOW lists them.'),
  kinds: z
    .array(z.enum(WEBHOOK_KINDS))
    .min(1)
    .default([...WEBHOOK_KINDS])
    .transform((kinds) => [...new Set(kinds)])
    .describe('What it is told; default: everything.'),
});
export type WebhookRequest = z.output<typeof webhookRequest>;

/** An address that is told what happens. */
export interface Webhook {
  id: number;
  url: string;
  kinds: WebhookKind[];
  createdAt: Date;
  createdBy: string;
  /** It answered 410: it is told nothing more. */
  disabledAt: Date | null;
  disabledBecause: string | null;
}

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One message to one webhook. */
export interface Delivery {
  /** The header webhook-id: the same at every attempt. */
  id: string;
  kind: WebhookKind;
  /** What it is about, such as `job ID`. Messages about one thing are sent in their order. */
  subject: string;
  state: DeliveryState;
  attempts: number;
  createdAt: Date;
  /** When it is tried next; null: it is not. */
  nextAt: Date | null;
  /** HTTP status of the last answer; null: there was none. */
  lastStatus: number | null;
  /** Why the last attempt failed. */
  lastError: string | null;
  finishedAt: Date | null;
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}
