export type { Attempt } from './attempt.js';
export { LONGEST_PAUSE_MS } from './backoff.js';
export {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryState,
  type Webhook,
  WEBHOOK_KINDS,
  type WebhookKind,
  webhookRequest,
} from './webhook.js';
export { WebhookSender, type SenderOptions } from './webhook-sender.js';
export { WebhookService } from './webhook-service.js';
export type { ClaimedDelivery, Outcome, WebhookStore } from './webhook-store.js';
