import { type ApiKey, type KeyLimits, type KeyState, stateOf } from './api-key.js';
import { prefixOf } from './key-text.js';

/** What people and programs are shown of a key, by the API and the command line alike. */
export interface ShownKey extends Omit<ApiKey, 'limits'>, KeyLimits {
  /** Prefix of its kind, and id. */
  begins: string;
  state: KeyState;
}

export function shownKey({ limits, ...key }: ApiKey, now: Date): ShownKey {
  const state = stateOf(key, now);
  return { ...key, ...limits, begins: prefixOf(key.kind) + key.id, state };
}
