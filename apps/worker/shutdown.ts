import type { Logger } from 'pino';

/**
 * What ends a process once, however often it is asked to: with 0 when all is closed, with 1 when that failed or took too long. What
 * hangs then is left to Postgres, which gives the run to the next worker when the connection is gone.
 *
 * @param options.close lets go of everything
 * @param options.deadlineMs how long that may take
 * @param options.exit ends the process
 */
export function shutdown(
  log: Pick<Logger, 'info' | 'error'>,
  { close, deadlineMs, exit }: { close: () => Promise<void>; deadlineMs: number; exit: (code: number) => void },
): (why: string) => void {
  let isEnding = false;
  return (why) => {
    if (isEnding) return;
    isEnding = true;
    log.info({ why }, 'worker ending');
    const late = setTimeout(() => {
      log.error('the worker did not end in time');
      exit(1);
    }, deadlineMs).unref();
    close().then(
      () => {
        clearTimeout(late);
        exit(0);
      },
      (error: unknown) => {
        clearTimeout(late);
        log.error({ err: error }, 'the worker did not end cleanly');
        exit(1);
      },
    );
  };
}
