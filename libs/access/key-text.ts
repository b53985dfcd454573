import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { KeyKind } from './scopes.js';

/** Names a key in lists and logs. The seven characters after its prefix; no secret. */
export type KeyId = string & { readonly keyId: unique symbol };

const PREFIX = { publishable: 'weft_pk_', secret: 'weft_sk_' };
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Bytes of randomness, and the digits that hold them. */
const ID = { bytes: 5, digits: 7 };
const SECRET = { bytes: 32, digits: 43 };
const CHECKSUM_DIGITS = 6;
const SHAPE = new RegExp(
  `^(${PREFIX.publishable}|${PREFIX.secret})([0-9A-Za-z]{${ID.digits}})[0-9A-Za-z]{${SECRET.digits}}([0-9A-Za-z]{${CHECKSUM_DIGITS}})$`,
);

/** Any key in a longer text, whole or cut off: what logs must not hold. */
const IN_TEXT = /(weft_[ps]k_[0-9A-Za-z]{7})[0-9A-Za-z]+/g;

/**
 * A new key: prefix of its kind, id (7), 256 random bits (43) and a checksum (6), all in base 62, so that a double click
 * selects all of it.
 */
export function generateKey(kind: KeyKind): { id: KeyId; text: string } {
  const id = base62(randomBytes(ID.bytes), ID.digits) as KeyId;
  const body = prefixOf(kind) + id + base62(randomBytes(SECRET.bytes), SECRET.digits);
  return { id, text: body + checksum(body) };
}

/** `weft_pk_` for keys that pages may show, `weft_sk_` for those that they may not. */
export function prefixOf(kind: KeyKind): string {
  return kind === 'storefront' ? PREFIX.publishable : PREFIX.secret;
}

/** The id in a key, or null for what is no key: mistyped or cut-off keys are told apart without asking the database. */
export function idInKey(text: string): KeyId | null {
  const [, , id, check] = SHAPE.exec(text) ?? [];
  if (id === undefined || check !== checksum(text.slice(0, -CHECKSUM_DIGITS))) return null;
  return id as KeyId;
}

/** What is kept of a key. It has 256 random bits, so one SHA-256 is enough: there is nothing to guess. */
export function hashKey(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

/** Whether a key is the one that was kept, in a time that does not depend on where they differ. */
export function isSameKey(text: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashKey(text), hash);
}

/** The same text with every key in it cut to prefix and id. */
export function withoutKeys(text: string): string {
  return text.replace(IN_TEXT, '$1***');
}

function checksum(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return base62(bytes, CHECKSUM_DIGITS);
}

function base62(bytes: Uint8Array, digits: number): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; text.length < digits; value /= 62n) text = DIGITS.charAt(Number(value % 62n)) + text;
  return text;
}
