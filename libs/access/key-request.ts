import { STORABLE, WeftError } from '#foundation';
import { z } from 'zod';
import type { KeyLimits } from './api-key.js';
import { durationMs } from './lifetime.js';
import { KEY_KINDS, type KeyKind, SCOPES, SCOPES_OF_KIND } from './scopes.js';

/** Limits of keys that were made without a word on them. A page of a storefront asks once or twice. */
export const DEFAULT_LIMITS: Record<KeyKind, KeyLimits> = {
  storefront: { perMinute: 30_000, perMinutePerAddress: 300 },
  merchandiser: { perMinute: 6_000, perMinutePerAddress: 6_000 },
  operator: { perMinute: 6_000, perMinutePerAddress: 6_000 },
};

function defaultOf(limit: keyof KeyLimits): string {
  return `Default: ${DEFAULT_LIMITS.storefront[limit]} or, if secret, ${DEFAULT_LIMITS.operator[limit]}.`;
}

const DEFAULT_OVERLAP = '24h';
const perMinute = z.int().min(1).max(10_000_000);

/** `https://shop.example`: what a browser sends as Origin. */
const origin = z
  .string()
  .max(300)
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    if (isOrigin && !text.includes('*')) return url.origin;
    context.addIssue('must be an origin such as https://shop.example: no path, no wildcard');
    return z.NEVER;
  })
  .pipe(z.string());

/** What a new key is to be, for the API and the command line alike. */
export const keyRequest = z
  .strictObject({
    kind: z.enum(KEY_KINDS).describe('storefront: publishable. merchandiser, operator: secret.'),
    name: z.string().trim().min(1).max(100).regex(STORABLE, 'must not hold control characters'),
    origins: z.array(origin).max(50).default([]).describe('Pages that may call with a storefront key.'),
    scopes: z.array(z.enum(SCOPES)).min(1).optional().describe('Fewer than the kind can have. Default: all it can.'),
    expires: z.string().max(40).optional().describe('12h, 90d, 4w, or a date. Default: never.'),
    perMinute: perMinute.optional().describe(`Requests a minute with the key. ${defaultOf('perMinute')}`),
    perMinutePerAddress: perMinute
      .optional()
      .describe(`Requests a minute with the key from one address. ${defaultOf('perMinutePerAddress')}`),
  })
  .superRefine(({ kind, origins, scopes = [] }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (kind === 'storefront' && origins.length === 0) fault('origins', 'a storefront key needs at least one origin');
    if (kind !== 'storefront' && origins.length > 0) fault('origins', 'only storefront keys are used by pages');
    const beyond = scopes.filter((scope) => !SCOPES_OF_KIND[kind].includes(scope));
    if (beyond.length > 0) fault('scopes', `a ${kind} key cannot have ${beyond.join(', ')}`);
  });
export type KeyRequest = z.output<typeof keyRequest>;

/** How a key is to be replaced. */
export const rotationRequest = z.strictObject({
  overlap: z
    .string()
    .refine((text) => durationMs(text) !== null, 'must be a duration such as 24h, 7d or 0h')
    .default(DEFAULT_OVERLAP)
    .describe('How long the old key stays valid.'),
});

/**
 * Parses what a person asked for.
 *
 * @throws WeftError `key-request-invalid` with the first fault
 */
export function parseKeyRequest<S extends z.ZodType>(schema: S, asked: unknown): z.output<S> {
  const parsed = schema.safeParse(asked);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WeftError('key-request-invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}.`, {
    value: asked,
    remedy: 'See: weft keys create --help',
  });
}
