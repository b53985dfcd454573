import type { Clock } from '#foundation';
import { type ApiKey, type KeyState, stateOf } from './api-key.js';
import type { KeyStore } from './key-store.js';
import { idInKey, isSameKey } from './key-text.js';

const HOUR_MS = 3_600_000;

/** What became of a key that a caller showed. A malformed or unknown one may be a guess; the others were ours. */
export type KeyVerdict = { state: KeyState; key: ApiKey } | { state: 'malformed' | 'unknown'; key: null };

/** Judges the keys that callers show. Every judgement asks the store, so a revocation holds from the next request on. */
export class KeyCheck {
  constructor(
    private readonly store: KeyStore,
    private readonly clock: Clock,
    /** Hears when a use could not be noted; the request goes on. */
    private readonly onUseNotNoted: (error: unknown) => void,
  ) {}

  async judge(text: string): Promise<KeyVerdict> {
    const id = idInKey(text);
    if (id === null) return { state: 'malformed', key: null };
    const found = await this.store.find(id);
    if (found === null || !isSameKey(text, found.hash)) return { state: 'unknown', key: null };
    const state = stateOf(found, this.clock.now());
    if (state === 'valid') this.note(found);
    return { state, key: found };
  }

  /** At most one write an hour and key: the hour is all that is kept. */
  private note({ id, lastUsedAt }: ApiKey): void {
    const hour = new Date(Math.floor(this.clock.now().getTime() / HOUR_MS) * HOUR_MS);
    if (lastUsedAt === null || lastUsedAt < hour) this.store.markUsed(id, hour).catch(this.onUseNotNoted);
  }
}
