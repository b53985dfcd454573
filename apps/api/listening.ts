import type { Logger } from 'pino';
import type { KeyStore } from '#access';
import { WeftError } from '#foundation';
import { isLoopbackHost } from './http/open-door.js';

const MAKE_A_KEY = 'weft keys create operator --name NAME';

/**
 * Other machines may reach the service only where a key was made: without one it would answer nobody there.
 *
 * @throws WeftError `host-needs-key`
 */
export async function requireKeyForHost(host: string, keys: Pick<KeyStore, 'isAnyKey'>): Promise<void> {
  if (isLoopbackHost(host) || (await keys.isAnyKey())) return;
  throw new WeftError('host-needs-key', `Weft listens on this machine only until a key exists; WEFT_HOST is ${host}.`, {
    value: host,
    remedy: `Make one first: ${MAKE_A_KEY}. Or unset WEFT_HOST.`,
  });
}

/** One line of the log at the start: who may call, and what to mind. */
export async function sayWhoIsLetIn(host: string, keys: Pick<KeyStore, 'isAnyKey'>, logger: Logger): Promise<void> {
  if (!(await keys.isAnyKey())) {
    logger.warn(`no key exists: every program on this machine may do everything; ${MAKE_A_KEY} ends that`);
  } else if (isLoopbackHost(host)) {
    logger.info('every call but those to photos, health and documentation needs a key');
  } else {
    logger.warn(`listening on ${host} without encryption: put a proxy that speaks TLS in front, or keys can be read`);
  }
}
