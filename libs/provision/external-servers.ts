import type { NetConnectOpts } from 'node:net';
import { WeftError } from '#foundation';
import { askPostgres, askRedis, type RedisAccess } from './answers.js';

const LIMIT_MS = 5000;

/** The host of a URL as `connect` takes it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
}

/**
 * Asserts that the Postgres of `DATABASE_URL` answers; password, version and pgvector show when it is opened.
 *
 * @throws WeftError `postgres-silent`
 */
export async function assertPostgresAnswers(url: string): Promise<void> {
  const parsed = new URL(url);
  // libpq's way to name a directory of sockets: postgresql:///weft?host=/run/postgresql
  const host = parsed.searchParams.get('host') ?? hostOf(parsed);
  const port = Number(parsed.searchParams.get('port') ?? (parsed.port || 5432));
  const address: NetConnectOpts = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const answer = await askPostgres(address, LIMIT_MS);
  if (answer === 'ready') return;
  const where = 'path' in address ? address.path : hostAndPort(host, port);
  throw new WeftError('postgres-silent', `DATABASE_URL names ${where}, where ${silence(answer, 'Postgres')}.`, {
    value: where,
    remedy: 'Start that server or correct DATABASE_URL; unset it, and Weft starts a Postgres of its own.',
  });
}

/** What `REDIS_URL` says. */
export function redisAddress(url: string): RedisAccess {
  const parsed = new URL(url);
  const user = decodeURIComponent(parsed.username);
  const password = decodeURIComponent(parsed.password);
  return {
    address:
      parsed.protocol === 'unix:'
        ? { path: decodeURIComponent(parsed.pathname) }
        : { host: hostOf(parsed), port: Number(parsed.port || 6379) },
    isEncrypted: parsed.protocol === 'rediss:',
    login: password === '' ? '' : `${['AUTH', user, password].filter(Boolean).map(quoted).join(' ')}\r\n`,
  };
}

/** An argument in Redis's inline command syntax. */
function quoted(text: string): string {
  return text === 'AUTH' ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Asserts that the Redis of `REDIS_URL` answers and lets us in.
 *
 * @throws WeftError `redis-silent`
 */
export async function assertRedisAnswers(url: string): Promise<void> {
  const access = redisAddress(url);
  const answer = await askRedis(access, LIMIT_MS);
  if (answer === 'ready') return;
  const { address } = access;
  const where = 'path' in address ? address.path : hostAndPort(address.host ?? 'localhost', address.port);
  throw new WeftError('redis-silent', `REDIS_URL names ${where}, where ${silence(answer, 'Redis')}.`, {
    value: where,
    remedy: 'Start that server or correct REDIS_URL; unset it, and Weft starts a Redis of its own.',
  });
}

function hostAndPort(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function silence(answer: 'stranger' | 'silent' | 'loading' | 'locked', name: string): string {
  if (answer === 'locked') return `${name} refuses the password`;
  if (answer === 'loading') return `${name} is still reading its files`;
  return answer === 'silent' ? `no ${name} answers` : `something answers that is no ${name}`;
}
