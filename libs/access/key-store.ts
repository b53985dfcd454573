import type { ApiKey } from './api-key.js';
import type { KeyId } from './key-text.js';

/** A key with the hash that it is recognised by. */
export interface StoredKey extends ApiKey {
  /** SHA-256 of the key, 32 bytes. */
  hash: Uint8Array;
}

/** Where keys are kept. Keys are never removed: what was made and revoked, when and by whom, stays readable. */
export interface KeyStore {
  /** Whether any key was ever made. */
  isAnyKey(): Promise<boolean>;
  find(id: KeyId): Promise<StoredKey | null>;
  /** Newest first. */
  list(): Promise<ApiKey[]>;
  insert(key: StoredKey): Promise<void>;
  /** Leaves a revoked key as it is. @returns the key as it is now; null: unknown */
  revoke(id: KeyId, at: Date, by: string): Promise<ApiKey | null>;
  /**
   * Keeps the successor and lets the key that it replaces expire at `until`, or when it would have expired if that is
   * sooner; both or neither.
   *
   * @returns false when that key is no longer valid or already has a successor; nothing is changed then
   */
  replace(successor: StoredKey, until: Date, now: Date): Promise<boolean>;
  /** Notes the hour of a use. */
  markUsed(id: KeyId, hour: Date): Promise<void>;
  /** Whether a valid key is bound to this origin. */
  isOriginBound(origin: string, now: Date): Promise<boolean>;
}
