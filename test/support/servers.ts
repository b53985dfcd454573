import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledFile, loadConfig, type WeftConfig } from '#config';
import { ensureParts, openServers, whenServersEnd } from '#provision';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The servers that all test files share: Postgres's socket directory, role and database; Redis's socket. */
    servers: { socketDir: string; user: string; database: string; redisPath: string };
  }
}

/**
 * Fetches and builds the native parts that are missing and starts a real Postgres and a real Redis once for all test files, in a WEFT_HOME of its own that is removed at the end.
 * The parts come from the real cache. See `createTestDatabase` and `testRedis`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(compiledFile(import.meta.url, '../../libs/provision/supervisor-process.js')))
    throw new Error('Tests start threads and processes from dist/, which is not there. Run: npm run build');
  const home = temporaryHome();
  const config: WeftConfig = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const servers = await openServers(config, report, { durable: false, graceMs: 0 });
  await ensureParts(config, ['tensorflow', 'backbone'], report);
  const { database, redis } = servers;
  if (!('socketDir' in database) || !('path' in redis)) throw new Error('The tests need the embedded servers.');
  project.provide('servers', { ...database, redisPath: redis.path });
  return async () => {
    await servers.release();
    await whenServersEnd(config);
    rmSync(home, { recursive: true, force: true });
  };
}

/** A new, empty WEFT_HOME that the servers' account can reach also when root runs the tests. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'weft-test-'));
  chmodSync(home, 0o711);
  return home;
}
