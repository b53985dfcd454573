import { rmSync, writeFileSync } from 'node:fs';
import type { Logger } from 'pino';

/** How often it is looked whether jobs can be taken. */
export const LOOK_S = 5;

/** What a worker stands on. */
export interface Ground {
  /** Whether the database answers now. */
  database(): Promise<boolean>;
  /** Whether Redis answers now. */
  redis(): Promise<boolean>;
}

/**
 * Keeps a file there while jobs can be taken, for whatever watches over the process. It waits, and does not end, while it
 * cannot.
 *
 * @param options.everyMs how often it is looked; default 5,000
 * @returns what stops it, and removes the file
 */
export async function keepReadyFile(
  file: string,
  ground: Ground,
  log: Pick<Logger, 'info' | 'warn'>,
  { everyMs = LOOK_S * 1000 } = {},
): Promise<() => Promise<void>> {
  let [isReady, isStopped] = [false, false];
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const [database, redis] = await Promise.all([ground.database(), ground.redis()]);
    if (isStopped) return;
    const lacking = [...(database ? [] : ['Postgres']), ...(redis ? [] : ['Redis'])];
    const isReadyNow = lacking.length === 0;
    if (isReadyNow) writeFileSync(file, '');
    else rmSync(file, { force: true });
    if (isReadyNow && !isReady) log.info('jobs can be taken');
    if (!isReadyNow && isReady) log.warn(`no jobs can be taken: ${lacking.join(' and ')} not answering`);
    isReady = isReadyNow;
    timer = setTimeout(() => {
      looking = look();
    }, everyMs);
    timer.unref();
  };
  let looking = look();
  await looking;
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await looking;
    rmSync(file, { force: true });
  };
}
