import type { Logger } from 'pino';
import { isLoopbackHost, type KeyStore } from '#access';

/** One line of the log at the start: who may call, and what to mind. */
export async function sayWhoIsLetIn(host: string, keys: Pick<KeyStore, 'isAnyKey'>, logger: Logger): Promise<void> {
  if (!(await keys.isAnyKey())) {
    logger.warn(
      'no key exists: every program on this machine may do everything; weft keys create operator --name NAME ends that',
    );
  } else if (isLoopbackHost(host)) {
    logger.info('every call but those to photos, health and documentation needs a key');
  } else {
    logger.warn(`listening on ${host} without encryption: put a proxy that speaks TLS in front, or keys can be read`);
  }
}
