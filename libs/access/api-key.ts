import type { KeyId } from './key-text.js';
import type { KeyKind, Scope } from './scopes.js';

/** Requests in any one minute. */
export interface KeyLimits {
  /** By all callers with the key together. */
  perMinute: number;
  /** By each address with the key. */
  perMinutePerAddress: number;
}

/** What is known of a key. The key itself is not. */
export interface ApiKey {
  id: KeyId;
  kind: KeyKind;
  name: string;
  scopes: Scope[];
  /** Origins of the pages that may call with it; empty for secret keys. */
  origins: string[];
  limits: KeyLimits;
  createdAt: Date;
  /** `command line`, `anyone on this machine` (before the first key), or the id of the key that asked. */
  createdBy: string;
  /** null: never. */
  expiresAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
  /** To the hour; null: never. */
  lastUsedAt: Date | null;
  /** The key that this one was made to take over from. */
  replaces: KeyId | null;
}

export type KeyState = 'valid' | 'expired' | 'revoked';

/** A key is valid until the moment it expires. */
export function stateOf({ expiresAt, revokedAt }: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, now: Date): KeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}
