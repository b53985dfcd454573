import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledFile, loadConfig, type WeftConfig } from '#config';
import { queryOnce } from '../../test/support/database.js';
import { temporaryHome } from '../../test/support/servers.js';
import { thisHost } from './home-owner.js';
import { processesIn } from './leftovers.js';
import { openServers, whenServersEnd, type OpenServers } from './open-servers.js';

const PATIENCE = { timeout: 20_000, interval: 20 };
const TUNING = { durable: false, graceMs: 0 };

let home: string;
let config: WeftConfig;
let open: OpenServers[];
let said: string[];

beforeEach(() => {
  home = temporaryHome();
  config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
  open = [];
  said = [];
});

afterEach(async () => {
  for (const servers of open) await servers.release();
  await whenServersEnd(config);
  if (existsSync(postgresData())) expect(processesIn(postgresData(), 'postgres')).toEqual([]);
  if (existsSync(redisData())) expect(processesIn(redisData(), 'redis-server')).toEqual([]);
  rmSync(home, { recursive: true });
});

const postgresData = () => join(config.home, 'postgres', 'data');
const redisData = () => join(config.home, 'redis');
const postmaster = () => Number(readFileSync(join(postgresData(), 'postmaster.pid'), 'utf8').split('\n')[0]);
const redisProcess = () => processesIn(redisData(), 'redis-server')[0] ?? 0;

function supervisors(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && commandLine(pid).startsWith(`weft supervisor ${config.home}`));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    // It has ended since.
    return '';
  }
}

function kill(pid: number | undefined): void {
  // Number 0 would mean the process group of the tests.
  if (!pid) throw new Error('There is no such process.');
  process.kill(pid, 'SIGKILL');
}

async function openHere(): Promise<OpenServers> {
  const servers = await openServers(config, (line) => said.push(line), TUNING);
  open.push(servers);
  return servers;
}

async function query(servers: OpenServers, sql: string): Promise<unknown[]> {
  if (!('socketDir' in servers.database)) throw new Error('not embedded');
  return queryOnce(servers.database, sql);
}

const answersAgain = (servers: OpenServers) =>
  expect.poll(() => query(servers, 'SELECT 1 AS one').catch(() => null), PATIENCE).toEqual([{ one: 1 }]);

describe('the embedded servers', () => {
  it('are shared by all who open them and end with the last', async () => {
    const first = await openHere();
    const pid = postmaster();
    const second = await openHere();
    expect(second.database).toEqual(first.database);
    expect(postmaster()).toBe(pid);
    await first.release();
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.release();
    await whenServersEnd(config);
    expect([postmaster, redisProcess].map((look) => (existsSync(postgresData()) ? tryPid(look) : 0))).toEqual([0, 0]);
    expect(supervisors()).toEqual([]);
  });

  it('are started once when several open them at the same time', async () => {
    const servers = await Promise.all([openHere(), openHere(), openHere()]);
    expect(new Set(servers.map(({ database }) => JSON.stringify(database))).size).toBe(1);
    expect(supervisors()).toHaveLength(1);
  });

  it('keep what was written from one opening to the next', async () => {
    const first = await openHere();
    await query(first, 'CREATE TABLE kept AS SELECT 7 AS value');
    await first.release();
    await whenServersEnd(config);
    expect(await query(await openHere(), 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
  });

  it('bring pgvector and listen on no network', async () => {
    const servers = await openHere();
    expect(await query(servers, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(await query(servers, `SELECT extversion FROM pg_extension WHERE extname = 'vector'`)).toEqual([
      { extversion: '0.8.5' },
    ]);
  });

  it('are started again when a killed one leaves its files behind', async () => {
    const servers = await openHere();
    const killed = [postmaster(), redisProcess()];
    for (const pid of killed) kill(pid);
    await answersAgain(servers);
    await expect.poll(redisProcess, PATIENCE).not.toBe(0);
    expect(killed).not.toContain(postmaster());
    expect(killed).not.toContain(redisProcess());
  });

  it('come back by themselves when the supervisor is killed', async () => {
    const servers = await openHere();
    const [supervisor] = supervisors();
    kill(supervisor);
    await expect.poll(() => supervisors().filter((pid) => pid !== supervisor), PATIENCE).toHaveLength(1);
    // The new supervisor ends what the old one left and starts its own.
    await openHere();
    expect(await query(servers, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(said.join()).toContain('ended unexpectedly');
  });

  it('come back once the cause that kept a new supervisor from starting them is mended', async () => {
    const servers = await openHere();
    const version = join(postgresData(), 'PG_VERSION');
    const right = readFileSync(version, 'utf8');
    writeFileSync(version, '12\n');
    kill(supervisors()[0]);
    await expect.poll(() => said.join('\n'), PATIENCE).toMatch(/was made by Postgres 12.* Trying again in/);
    writeFileSync(version, right);
    await answersAgain(servers);
  });

  it('end when the process that holds the last lease is killed', async () => {
    const program = `
      const { openServers } = await import(process.argv[1]);
      await openServers(JSON.parse(process.argv[2]), () => {}, ${JSON.stringify(TUNING)});
      process.stdout.write('open');
      setInterval(() => {}, 1000);`;
    const index = compiledFile(import.meta.url, './index.js').href;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', program, index, JSON.stringify(config)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(supervisors()).toHaveLength(1);
    holder.kill('SIGKILL');
    await expect.poll(supervisors, PATIENCE).toEqual([]);
    expect(redisProcess()).toBe(0);
  });

  it('are left alone, their files too, while another host or container has them', async () => {
    await (await openHere()).release();
    await whenServersEnd(config);
    const pidFile = join(postgresData(), 'postmaster.pid');
    const record = join(config.home, 'owner.json');
    expect(existsSync(record)).toBe(false);
    writeFileSync(pidFile, 'of the other host');
    writeFileSync(record, JSON.stringify({ ...thisHost(), hostname: 'elsewhere' }));
    await expect(openHere()).rejects.toMatchObject({
      code: 'home-in-use-elsewhere',
      message: expect.stringContaining('(elsewhere, pid:[') as string,
    });
    expect(readFileSync(pidFile, 'utf8')).toBe('of the other host');
    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(record, longAgo, longAgo);
    expect(await query(await openHere(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual(thisHost());
  });

  it('say why they cannot be started', async () => {
    mkdirSync(postgresData(), { recursive: true });
    writeFileSync(join(postgresData(), 'PG_VERSION'), '12\n');
    await expect(openHere()).rejects.toMatchObject({
      code: 'postgres-version',
      message: expect.stringContaining('was made by Postgres 12') as string,
      remedy: expect.any(String) as string,
    });
  });

  it('lie in a short directory when WEFT_HOME is too deep for a socket', async () => {
    config = { ...config, home: join(home, 'deep'.repeat(20), 'deeper'.repeat(10)) };
    const servers = await openHere();
    if (!('socketDir' in servers.database)) throw new Error('not embedded');
    expect(servers.database.socketDir).toMatch(/^\/tmp\/weft-\d+-[0-9a-f]{12}\/servers$/);
    expect(await query(servers, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await servers.release();
    await whenServersEnd(config);
    rmSync(join(servers.database.socketDir, '..'), { recursive: true });
  });
});

function tryPid(look: () => number): number {
  try {
    return look();
  } catch {
    return 0;
  }
}
