import type { ChildProcess } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { WeftError } from '#foundation';
import { ownAccount, type Account } from './account.js';
import { makePrivateDirectory, type ServerDirectories } from './directories.js';
import { stopLeftovers } from './leftovers.js';
import { spawnLogged } from './log-file.js';
import { lastLine, runCommand } from './run-command.js';
import type { ServerDefinition } from './server-definition.js';

/** Role and database of the embedded Postgres. */
export const EMBEDDED_ROLE = 'weft';

/** `fsync` off makes tests fast and a power cut fatal. */
export interface PostgresOptions {
  /** Directory with bin/, lib/ and share/. */
  installation: string;
  durable: boolean;
}

/** The embedded Postgres of one WEFT_HOME: one cluster, reached only through a Unix socket. */
export class PostgresServer implements ServerDefinition {
  readonly name = 'Postgres';
  readonly stopSignal = 'SIGINT';
  readonly log: string;

  constructor(
    private readonly directories: ServerDirectories,
    private readonly account: Account,
    private readonly options: PostgresOptions,
  ) {
    this.log = directories.postgresLog;
  }

  async prepare(): Promise<void> {
    const data = this.directories.postgresData;
    makePrivateDirectory(dirname(data), this.account);
    makePrivateDirectory(this.directories.sockets, this.account);
    if (existsSync(data)) await this.removeLeftovers();
    else await this.initialise();
    this.assertSameMajorVersion();
    this.writeConfiguration();
  }

  launch(): ChildProcess {
    return spawnLogged(this.log, this.program('postgres'), ['-D', this.directories.postgresData], {
      cwd: this.directories.postgresData,
      uid: this.account.uid,
      gid: this.account.gid,
    });
  }

  /** Postgres writes its state into line 8 of its pid file; the first line names the process that wrote it. */
  async isReady(pid: number): Promise<boolean> {
    const lines = this.pidFile()?.split('\n') ?? [];
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  }

  async complete(): Promise<void> {
    const { status, stderr } = await this.run(
      'psql',
      ['-h', this.directories.sockets, '-U', EMBEDDED_ROLE, '-d', 'postgres', '-X', '-q', '-v', 'ON_ERROR_STOP=1'],
      [
        `SELECT 'CREATE DATABASE ${EMBEDDED_ROLE}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${EMBEDDED_ROLE}')`,
        '\\gexec',
        `\\connect ${EMBEDDED_ROLE}`,
        'SET client_min_messages = warning;',
        'CREATE EXTENSION IF NOT EXISTS vector;\n',
      ].join('\n'),
    );
    if (status !== 0) throw new Error(`the database ${EMBEDDED_ROLE} could not be prepared: ${lastLine(stderr)}`);
  }

  /** A cluster is made beside its place and renamed, so that an interrupted initdb leaves nothing half made. */
  private async initialise(): Promise<void> {
    const data = this.directories.postgresData;
    const fresh = `${data}.new`;
    await stopLeftovers(dirname(data), 'initdb', (found) => found[0], 'SIGTERM');
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    chownSync(fresh, this.account.uid, this.account.gid);
    const { status, stderr } = await this.run('initdb', [
      ...['-D', fresh, '-U', EMBEDDED_ROLE, '-A', 'peer', '-E', 'UTF8', '--no-sync'],
      // Postgres's own collation: the same order on every machine, whatever its C library.
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ]);
    if (status !== 0) throw new Error(`initdb failed: ${lastLine(stderr)}`);
    renameSync(fresh, data);
  }

  private async removeLeftovers(): Promise<void> {
    const data = this.directories.postgresData;
    const recorded = Number(this.pidFile()?.split('\n')[0]);
    await stopLeftovers(data, 'postgres', (found) => found.find((pid) => pid === recorded), this.stopSignal);
    for (const stale of [
      join(data, 'postmaster.pid'),
      join(this.directories.sockets, '.s.PGSQL.5432'),
      join(this.directories.sockets, '.s.PGSQL.5432.lock'),
    ])
      rmSync(stale, { force: true });
  }

  private assertSameMajorVersion(): void {
    const made = readFileSync(join(this.directories.postgresData, 'PG_VERSION'), 'utf8').trim();
    if (made === POSTGRES_MAJOR) return;
    throw new WeftError(
      'postgres-version',
      `${this.directories.postgresData} was made by Postgres ${made}, this Weft brings Postgres ${POSTGRES_MAJOR}.`,
      { value: made, remedy: 'Dump it with the Weft that made it, or move the directory away and import again.' },
    );
  }

  private writeConfiguration(): void {
    const data = this.directories.postgresData;
    const roles = new Set(['root', ownAccount().name, this.account.name]);
    const files = {
      'pg_hba.conf': 'local all all peer map=weft\n',
      'pg_ident.conf': [...roles].map((role) => `weft "${role}" ${EMBEDDED_ROLE}\n`).join(''),
      'postgresql.conf': Object.entries({ ...settings(this.directories.sockets), ...durability(this.options.durable) })
        .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
        .join(''),
    };
    for (const [name, text] of Object.entries(files)) {
      // Made anew: root must never write through a link that the servers' account may have put there.
      rmSync(join(data, name), { force: true });
      const file = openSync(join(data, name), 'wx', 0o600);
      writeSync(file, text);
      fchownSync(file, this.account.uid, this.account.gid);
      closeSync(file);
    }
  }

  private pidFile(): string | null {
    const path = join(this.directories.postgresData, 'postmaster.pid');
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  }

  private run(name: string, args: string[], input?: string) {
    return runCommand(this.program(name), args, {
      cwd: dirname(this.directories.postgresData),
      account: this.account,
      ...(input === undefined ? {} : { input }),
    });
  }

  private program(name: string): string {
    return join(this.options.installation, 'bin', name);
  }
}

const POSTGRES_MAJOR = '18';

function settings(sockets: string): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '256MB',
    maintenance_work_mem: '512MB',
    // Besides the process that builds a graph. A core is left to shoppers, who ask while the next generation is indexed.
    max_parallel_maintenance_workers: String(Math.min(2, Math.max(0, availableParallelism() - 2))),
    max_wal_size: '2GB',
    // A /dev/shm of 64 MB, usual in containers, breaks parallel index builds.
    dynamic_shared_memory_type: 'mmap',
    jit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    // A storefront query is short and its tables are small enough to stay in memory.
    random_page_cost: '1.1',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
  };
}

function durability(durable: boolean): Record<string, string> {
  return durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
}
