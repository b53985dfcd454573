import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** Of a secret. The form allows 24 to 64. */
const SECRET_BYTES = 32;

export const newSecret = (): Uint8Array => randomBytes(SECRET_BYTES);

/** A secret as receivers are given it. */
export const secretText = (secret: Uint8Array): string => PREFIX + Buffer.from(secret).toString('base64');

/** Headers of a message in the form of Standard Webhooks 1.0: HMAC-SHA256 of `id.timestamp.body`. */
export function signedHeaders(secret: Uint8Array, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
