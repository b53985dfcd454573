import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WeftConfig } from '#config';
import type { WeftError } from '#foundation';
import { redisReport } from '../answers.js';
import { assertPostgresAnswers, assertRedisAnswers, redisAddress } from '../external-servers.js';
import { isInstalled, postgresInstallation, redisInstallation } from '../parts.js';
import { lastLine, runCommand } from '../run-command.js';
import { type Finding, ok, problem, SETUP, warning } from './finding.js';

/** What the Postgres at a URL says of itself, and why Weft cannot use it: SQL is the business of another library. */
export type AskVersions = (
  url: string,
) => Promise<{ postgres: string; pgvector: string | null; flaw: WeftError | null }>;

export async function lookAtPostgres(config: WeftConfig, askVersions: AskVersions): Promise<Finding> {
  if (config.databaseUrl !== null) {
    await assertPostgresAnswers(config.databaseUrl);
    return judgePostgres(await askVersions(config.databaseUrl));
  }
  const installation = postgresInstallation(config.cache);
  if (!isInstalled(config.cache, 'postgres')) return problem('postgres', 'Postgres is not fetched yet.', SETUP);
  const control = join(installation, 'share', 'postgresql', 'extension', 'vector.control');
  const version = await runCommand(join(installation, 'bin', 'postgres'), ['--version']);
  return judgeEmbeddedPostgres(version, existsSync(control) ? readFileSync(control, 'utf8') : '');
}

export function judgePostgres({ postgres, pgvector, flaw }: Awaited<ReturnType<AskVersions>>): Finding {
  const value = { postgres, pgvector, embedded: false };
  const vector = pgvector === null ? 'no pgvector' : `pgvector ${pgvector}`;
  if (flaw === null) return ok('postgres', `PostgreSQL ${postgres} with ${vector}, of DATABASE_URL.`, value);
  return problem('postgres', flaw.message, flaw.remedy ?? 'Correct DATABASE_URL.', value);
}

/** @param control text of vector.control: its version was chosen with the wheel, whose hash is pinned */
export function judgeEmbeddedPostgres(
  { status, stdout, stderr }: { status: number; stdout: string; stderr: string },
  control: string,
): Finding {
  const pgvector = /default_version = '([\d.]+)'/.exec(control)?.[1] ?? null;
  const postgres = /(\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  const value = { postgres, pgvector, embedded: true };
  if (status !== 0) {
    const remedy = 'Run Weft on Linux on x86-64 with glibc 2.28 or newer, or set DATABASE_URL.';
    return problem('postgres', `The embedded Postgres does not run: ${lastLine(stderr)}.`, remedy, value);
  }
  if (pgvector === null) return problem('postgres', 'The embedded Postgres has lost its pgvector.', SETUP, value);
  return ok('postgres', `PostgreSQL ${postgres} with pgvector ${pgvector}, embedded.`, value);
}

/**
 * Whether the servers that Weft would start itself can be started without a download, and have been before: `ready`, also
 * where it would start none.
 */
export function embeddedServers(config: WeftConfig): 'ready' | 'not-fetched' | 'never-started' {
  const own = (['postgres', 'redis'] as const).filter((part) =>
    part === 'postgres' ? config.databaseUrl === null : config.redisUrl === null,
  );
  if (own.some((part) => !isInstalled(config.cache, part))) return 'not-fetched';
  const isNew = config.databaseUrl === null && !existsSync(join(config.home, 'postgres'));
  return isNew ? 'never-started' : 'ready';
}

export async function lookAtRedis(config: WeftConfig): Promise<Finding> {
  if (config.redisUrl !== null) {
    await assertRedisAnswers(config.redisUrl);
    return judgeRedis(await redisReport(redisAddress(config.redisUrl)));
  }
  if (!isInstalled(config.cache, 'redis')) return problem('redis', 'Redis is not fetched yet.', SETUP);
  const { stdout, stderr } = await runCommand(join(redisInstallation(config.cache), 'redis-server'), ['--version']);
  const version = /v=([\d.]+)/.exec(stdout)?.[1];
  if (version === undefined) {
    const remedy = 'Run Weft on Linux on x86-64 with glibc 2.28 or newer, or set REDIS_URL.';
    return problem('redis', `The embedded Redis does not run: ${lastLine(stderr)}.`, remedy);
  }
  const value = { version, appendOnly: true, evicts: false, embedded: true };
  return ok('redis', `Redis ${version}, embedded, with an append-only file.`, value);
}

export function judgeRedis(report: Awaited<ReturnType<typeof redisReport>>): Finding {
  const { version, appendOnly, evicts } = report;
  const value = { ...report, embedded: false };
  if (evicts) {
    const sentence = `Redis ${version} of REDIS_URL drops keys when its memory is full: a job would never wake.`;
    return warning('redis', sentence, 'redis-cli CONFIG SET maxmemory-policy noeviction', value);
  }
  if (appendOnly) return ok('redis', `Redis ${version} of REDIS_URL, with an append-only file.`, value);
  const sentence = `Redis ${version} of REDIS_URL keeps no append-only file: a restart forgets what waits to be run.`;
  return warning('redis', sentence, 'redis-cli CONFIG SET appendonly yes', value);
}
