import type { QueueOptions } from 'bull';

/** Where Redis listens: a Unix socket, or a redis:, rediss: or unix: URL. */
export type RedisAddress = { path: string } | { url: string };

type RedisOptions = Exclude<NonNullable<QueueOptions['redis']>, string>;

/**
 * Connection options of the Redis client under Bull. Bull's own reading of URLs knows neither TLS nor escaped passwords.
 *
 * Commands wait for a lost connection instead of failing after some tries (`maxRetriesPerRequest: null`), because Bull's
 * blocking read must; whoever cannot wait limits the call in time.
 */
export function redisOptions(address: RedisAddress): RedisOptions {
  return {
    ...target(address),
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
    retryStrategy: (attempt: number) => Math.min(100 * attempt, 2_000),
  };
}

function target(address: RedisAddress): RedisOptions {
  if ('path' in address) return { path: address.path };
  const url = new URL(address.url);
  const username = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const credentials = { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
  if (url.protocol === 'unix:') {
    return { path: decodeURIComponent(url.pathname), db: Number(url.searchParams.get('db') ?? 0), ...credentials };
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    db: Number(url.pathname.slice(1)),
    ...credentials,
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
