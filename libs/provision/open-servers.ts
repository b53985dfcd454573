import { existsSync, realpathSync } from 'node:fs';
import type { WeftConfig } from '#config';
import { assertOwn, assertReachable, ownAccount, serverAccount } from './account.js';
import { makeDirectory, makeRunDirectory, makeWritableDirectory, serverDirectories } from './directories.js';
import { assertPostgresAnswers, assertRedisAnswers } from './external-servers.js';
import { KernelMutex } from './kernel-mutex.js';
import { Lease, supervisorMutex } from './lease.js';
import { ensureParts, postgresInstallation, redisInstallation, type Part } from './parts.js';
import { EMBEDDED_ROLE } from './postgres-server.js';
import { assertSpace } from './space.js';

/** How long the embedded servers outlive the last process that uses them: long enough for the next command. */
const GRACE_MS = 5000;

/** A new cluster with its first log, and room to start with. */
const CLUSTER_BYTES = 100e6;

/** Where Postgres is: your server's URL, or the embedded one's socket directory. */
type DatabaseAddress = { url: string } | { socketDir: string; user: string; database: string };

/** Where Redis is: your server's URL, or the embedded one's socket. */
type RedisServerAddress = { url: string } | { path: string };

/** The servers, for as long as this process uses them. */
export interface OpenServers {
  database: DatabaseAddress;
  redis: RedisServerAddress;
  /** Gives up this process's claim. The embedded servers end a few seconds after the last claim is gone. */
  release(): Promise<void>;
}

/** Deviations from production that tests need. */
interface ServerTuning {
  /** false: Postgres does not wait for the disk; a power cut may destroy the database. @default true */
  durable?: boolean;
  /** How long the embedded servers outlive the last claim. @default 5000 */
  graceMs?: number;
}

/**
 * Makes Postgres and Redis available: yours where `DATABASE_URL` or `REDIS_URL` says so, otherwise embedded ones under
 * WEFT_HOME, fetched and started as needed and shared by all Weft processes of that home. The claim also ends when
 * this process ends, however it ends.
 *
 * @param report told one line before each step that takes time
 * @throws WeftError with a remedy
 */
export async function openServers(
  config: WeftConfig,
  report: (line: string) => void,
  tuning: ServerTuning = {},
): Promise<OpenServers> {
  if (config.databaseUrl !== null) await assertPostgresAnswers(config.databaseUrl);
  if (config.redisUrl !== null) await assertRedisAnswers(config.redisUrl);
  if (config.databaseUrl !== null && config.redisUrl !== null)
    return { database: { url: config.databaseUrl }, redis: { url: config.redisUrl }, release: async () => undefined };
  const { lease, sockets, redisSocket } = await leaseEmbedded(config, report, tuning);
  return {
    database:
      config.databaseUrl === null
        ? { socketDir: sockets, user: EMBEDDED_ROLE, database: EMBEDDED_ROLE }
        : { url: config.databaseUrl },
    redis: config.redisUrl === null ? { path: redisSocket } : { url: config.redisUrl },
    release: async () => lease.release(),
  };
}

/** Resolves when no supervisor keeps embedded servers under WEFT_HOME any more, so that the directory may go. */
export async function whenServersEnd(config: WeftConfig): Promise<void> {
  await KernelMutex.whileHolding(
    supervisorMutex(config.home),
    async () => undefined,
    () => undefined,
  );
}

/**
 * Makes WEFT_HOME and asserts that this account, and that of the embedded servers, can use it.
 *
 * @throws WeftError `home-not-ours`, `directory-closed`, `directory-not-usable`, `disk-full`
 */
export function makeHome(config: WeftConfig): void {
  const { home } = config;
  const { uid } = ownAccount();
  const make = () => makeWritableDirectory(home, uid === 0 ? 0o711 : 0o700);
  assertOwn(home);
  // A file in the way is told as that, not as a directory that is closed.
  if (existsSync(home)) make();
  if (config.databaseUrl === null || config.redisUrl === null) assertReachable(home, serverAccount());
  make();
  const { postgresData } = serverDirectories(home, uid);
  if (config.databaseUrl === null && !existsSync(postgresData)) assertSpace(home, CLUSTER_BYTES);
}

async function leaseEmbedded(
  config: WeftConfig,
  report: (line: string) => void,
  tuning: ServerTuning,
): Promise<{ lease: Lease; sockets: string; redisSocket: string }> {
  const parts: Part[] = [];
  if (config.databaseUrl === null) parts.push('postgres');
  if (config.redisUrl === null) parts.push('redis');
  const own = ownAccount();
  makeHome(config);
  assertReachable(config.cache, serverAccount());
  await ensureParts(config, parts, report);
  const directories = serverDirectories(realpathSync(config.home), own.uid);
  makeDirectory(directories.logs, 0o755);
  makeRunDirectory(directories, own.uid);
  const lease = await Lease.take(
    directories,
    { home: directories.home, durable: tuning.durable ?? true, graceMs: tuning.graceMs ?? GRACE_MS },
    {
      postgres: parts.includes('postgres') ? postgresInstallation(config.cache) : null,
      redis: parts.includes('redis') ? redisInstallation(config.cache) : null,
    },
    report,
  );
  return { lease, sockets: directories.sockets, redisSocket: directories.redisSocket };
}
