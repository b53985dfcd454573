import pino, { type DestinationStream, type Level, type Logger } from 'pino';
import { withoutKeys } from '#access';

/** Logs of the service. A key that came by whatever way, a path or a header, is cut to its prefix and id. */
export function createLogger(level: Level | 'silent', destination?: DestinationStream): Logger {
  const options = { name: 'weft-api', level, hooks: { streamWrite: withoutKeys } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
