import { z } from 'zod';
import { type ApiKey, type IssuedKey, KEY_KINDS, keyRequest, rotationRequest, SCOPES, shownKey } from '#access';
import { requestSchema, responseSchema } from '../http/schema-registry.js';

const time = z.iso.datetime();

export const createKeyRequest = requestSchema('KeyRequest', keyRequest);
export const CREATE_KEY_EXAMPLE = {
  kind: 'storefront',
  name: 'shop.example',
  origins: ['https://shop.example'],
  expires: '365d',
} satisfies z.input<typeof createKeyRequest>;

export const rotateKeyRequest = requestSchema('RotationRequest', rotationRequest);
export const ROTATE_KEY_EXAMPLE = { overlap: '7d' } satisfies z.input<typeof rotateKeyRequest>;

export const keyParams = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9A-Za-z]{7}$/, 'must be the id of a key')
    .describe('The seven characters after weft_pk_ or weft_sk_.'),
});

export const keyResponse = responseSchema(
  'Key',
  z.object({
    id: z.string(),
    kind: z.enum(KEY_KINDS),
    name: z.string(),
    begins: z.string().describe('How the key begins: prefix of its kind, and id.'),
    state: z.enum(['valid', 'expired', 'revoked']),
    scopes: z.array(z.enum(SCOPES)),
    origins: z.array(z.string()).describe('Pages that may call with it; empty for secret keys.'),
    perMinute: z.int().describe('Requests a minute with the key.'),
    perMinutePerAddress: z.int().describe('Requests a minute with the key from one address.'),
    createdAt: time,
    createdBy: z.string(),
    expiresAt: time.nullable().describe('null: never.'),
    revokedAt: time.nullable(),
    revokedBy: z.string().nullable(),
    lastUsedAt: time.nullable().describe('To the hour.'),
    replaces: z.string().nullable().describe('Id of the key that it takes over from.'),
  }),
);
export const keysResponse = responseSchema('Keys', z.object({ keys: z.array(keyResponse).describe('Newest first.') }));
export const issuedKeyResponse = responseSchema(
  'IssuedKey',
  z.object({ secret: z.string().describe('The key itself, shown this once.'), key: keyResponse }),
);

export const KEY_EXAMPLE: z.input<typeof keyResponse> = {
  id: 'Fq3x9Zk',
  kind: 'storefront',
  name: 'shop.example',
  begins: 'weft_pk_Fq3x9Zk',
  state: 'valid',
  scopes: ['read', 'events'],
  origins: ['https://shop.example'],
  perMinute: 30_000,
  perMinutePerAddress: 300,
  createdAt: '2026-11-24T09:30:00.000Z',
  createdBy: 'command line',
  expiresAt: '2027-11-24T09:30:00.000Z',
  revokedAt: null,
  revokedBy: null,
  lastUsedAt: '2026-11-24T10:00:00.000Z',
  replaces: null,
};
export const ISSUED_KEY_EXAMPLE: z.input<typeof issuedKeyResponse> = {
  // Not a key: its checksum is wrong.
  secret: `weft_pk_Fq3x9Zk${'0'.repeat(49)}`,
  key: KEY_EXAMPLE,
};

export function presentKey(key: ApiKey, now: Date): z.input<typeof keyResponse> {
  return {
    ...shownKey(key, now),
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}

export function presentIssuedKey({ key, text }: IssuedKey, now: Date): z.input<typeof issuedKeyResponse> {
  return { secret: text, key: presentKey(key, now) };
}
