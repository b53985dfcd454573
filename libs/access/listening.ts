import { WeftError } from '#foundation';
import { isLoopbackAddress } from './caller-address.js';
import type { KeyStore } from './key-store.js';

/** Whether a service that listens on this address or name can be reached from its own machine only. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

/**
 * Other machines may reach the service only where a key was made: without one it would answer nobody there.
 *
 * @throws WeftError `host-needs-key`
 */
export async function requireKeyForHost(host: string, keys: Pick<KeyStore, 'isAnyKey'>): Promise<void> {
  if (isLoopbackHost(host) || (await keys.isAnyKey())) return;
  throw new WeftError('host-needs-key', `Weft listens on this machine only until a key exists; WEFT_HOST is ${host}.`, {
    value: host,
    remedy: 'Make one first: weft keys create operator --name NAME. Or unset WEFT_HOST.',
  });
}
