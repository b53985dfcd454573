import { type Clock, WeftError } from '#foundation';
import { type ApiKey, stateOf } from './api-key.js';
import { DEFAULT_LIMITS, type KeyRequest } from './key-request.js';
import type { KeyStore, StoredKey } from './key-store.js';
import { generateKey, hashKey, type KeyId } from './key-text.js';
import { durationMs, expiryOf } from './lifetime.js';
import { SCOPES_OF_KIND } from './scopes.js';

/** A key that was just made: the only time that anyone sees it. */
export interface IssuedKey {
  key: ApiKey;
  /** The key itself, `weft_sk_...`. */
  text: string;
}

/** Makes, lists, revokes and replaces keys. */
export class KeyService {
  constructor(
    private readonly store: KeyStore,
    private readonly clock: Clock,
  ) {}

  /** Newest first; expired and revoked ones too. */
  list(): Promise<ApiKey[]> {
    return this.store.list();
  }

  /**
   * @param by who asks, for the record
   * @throws WeftError `expiry-invalid`
   */
  async create(request: KeyRequest, by: string): Promise<IssuedKey> {
    const { kind, name, origins, scopes = SCOPES_OF_KIND[kind], expires } = request;
    const now = this.clock.now();
    const defaults = DEFAULT_LIMITS[kind];
    const { key, text } = issue({
      ...{ kind, name, origins: [...new Set(origins)], scopes: [...new Set(scopes)] },
      limits: {
        perMinute: request.perMinute ?? defaults.perMinute,
        perMinutePerAddress: request.perMinutePerAddress ?? defaults.perMinutePerAddress,
      },
      ...{ createdAt: now, createdBy: by, expiresAt: expires === undefined ? null : expiryOf(expires, now) },
      replaces: null,
    });
    await this.store.insert(key);
    return { key: withoutHash(key), text };
  }

  /**
   * Takes effect with the next request, in every process: each request asks the database for its key.
   *
   * @throws WeftError `key-id-unknown`
   */
  async revoke(id: string, by: string): Promise<ApiKey> {
    return (await this.store.revoke(id as KeyId, this.clock.now(), by)) ?? unknown(id);
  }

  /**
   * Makes a successor with the same rights, limits and length of life; the old key stays valid for `overlap`, but not
   * longer than it would have been.
   *
   * @param overlap `24h`, `7d`; `0h`: the old key ends now
   * @throws WeftError `key-id-unknown`, `key-not-valid`, `key-already-rotated`
   */
  async rotate(id: string, overlap: string, by: string): Promise<IssuedKey & { replaced: ApiKey }> {
    const old = (await this.store.find(id as KeyId)) ?? unknown(id);
    const now = this.clock.now();
    const state = stateOf(old, now);
    if (state !== 'valid') {
      const remedy = 'Make a new key: weft keys create';
      throw new WeftError('key-not-valid', `Key ${id} is ${state}; it cannot be rotated.`, { value: id, remedy });
    }
    const lifeMs = old.expiresAt === null ? null : old.expiresAt.getTime() - old.createdAt.getTime();
    const { key, text } = issue({
      ...{ kind: old.kind, name: old.name, origins: old.origins, scopes: old.scopes, limits: old.limits },
      ...{ createdAt: now, createdBy: by, replaces: old.id },
      expiresAt: lifeMs === null ? null : new Date(now.getTime() + lifeMs),
    });
    const until = new Date(now.getTime() + (durationMs(overlap) ?? 0));
    if (!(await this.store.replace(key, until, now))) {
      throw new WeftError('key-already-rotated', `Key ${id} already has a successor.`, {
        value: id,
        remedy: 'Rotate the successor: weft keys list shows it.',
      });
    }
    const replaced = (await this.store.find(old.id)) ?? unknown(id);
    return { key: withoutHash(key), text, replaced: withoutHash(replaced) };
  }
}

type NewKey = Omit<ApiKey, 'id' | 'revokedAt' | 'revokedBy' | 'lastUsedAt'>;

function issue(properties: NewKey): { key: StoredKey; text: string } {
  const { id, text } = generateKey(properties.kind);
  return { key: { ...properties, id, hash: hashKey(text), revokedAt: null, revokedBy: null, lastUsedAt: null }, text };
}

function withoutHash(stored: StoredKey): ApiKey {
  const key: ApiKey & { hash?: Uint8Array } = { ...stored };
  delete key.hash;
  return key;
}

function unknown(id: string): never {
  throw new WeftError('key-id-unknown', `There is no key ${id}.`, {
    value: id,
    remedy: 'weft keys list shows the ids: the seven characters after weft_pk_ or weft_sk_.',
  });
}
