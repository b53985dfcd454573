import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledFile, loadConfig } from '#config';
import { openServers, whenServersEnd } from '#provision';
import { serverAccount } from '../../libs/provision/account.js';
import { runCommand } from '../../libs/provision/run-command.js';
import { temporaryHome } from '../support/servers.js';
import { weft } from '../support/weft.js';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const TUNING = { durable: false, graceMs: 0 };

let home: string;
let taken: Server[];

beforeEach(() => {
  home = temporaryHome();
  taken = [];
});
afterEach(async () => {
  for (const server of taken) server.close();
  await whenServersEnd({ ...loadConfig(), home });
  chmodSync(home, 0o755);
  rmSync(home, { recursive: true });
});

const config = () => ({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });

async function listen(at: string | number): Promise<Server> {
  const server = createServer((socket) => socket.end('somebody else\n').on('error', () => undefined));
  if (typeof at === 'string') server.listen(at);
  else server.listen(at, '127.0.0.1');
  await once(server, 'listening');
  taken.push(server);
  return server;
}

describe('a port that is taken', () => {
  it.each(['serve', 'demo'])('keeps weft %s from starting anything', { timeout: 60_000 }, async (command) => {
    const { port } = (await listen(0)).address() as AddressInfo;
    const outcome = await weft([command], { WEFT_HOME: home, WEFT_HOST: '127.0.0.1', WEFT_PORT: `${port}` });
    expect(outcome.stderr).toContain(`Port ${port} of 127.0.0.1 is in use.`);
    expect(outcome.stderr).toContain('set WEFT_PORT to a free port');
    expect(outcome.stderr).not.toContain('    at ');
    expect(outcome.exitCode).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('a socket that a foreign process has', () => {
  it('is told where the supervisor should listen', { timeout: 60_000 }, async () => {
    mkdirSync(join(home, 'run'), { mode: 0o711 });
    await listen(join(home, 'run', 'supervisor.sock'));
    await expect(openServers(config(), () => undefined, TUNING)).rejects.toMatchObject({
      code: 'supervisor-socket-foreign',
      message: expect.stringContaining('supervisor.sock') as string,
      remedy: expect.any(String) as string,
    });
  });
});

describe('a lease', () => {
  it('that is cut off half-way or is no lease harms nobody', { timeout: 60_000 }, async () => {
    const servers = await openServers(config(), () => undefined, TUNING);
    const path = join(home, 'run', 'supervisor.sock');
    const half = connect(path);
    await once(half, 'connect');
    half.end('{"postgres": "/so');
    await once(half.resume(), 'close');
    const wrong = connect(path);
    wrong.write('{"postgres": 7}\n');
    const [answer] = (await once(wrong, 'data')) as [Buffer];
    expect(JSON.parse(answer.toString())).toMatchObject({ type: 'failed', code: 'servers-failed' });
    wrong.destroy();
    await (await openServers(config(), () => undefined, TUNING)).release();
    await servers.release();
  });
});

describe('a WEFT_HOME that cannot be used', () => {
  const commands = [
    ['setup', '--json'],
    ['doctor', '--json'],
    ['import', 'no-feed.csv'],
  ];

  it.each(commands)('is told when it is a file: %s', { timeout: 60_000 }, async (...args) => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const { stdout, stderr, exitCode } = await weft(args, { WEFT_HOME: file });
    expect(`${stdout}${stderr}`).toContain(`${file} is a file`);
    expect(stderr).not.toContain('    at ');
    expect(exitCode).toBe(1);
  });

  it.each(commands)('is told when it lies in /proc: %s', { timeout: 60_000 }, async (...args) => {
    const { stdout, stderr, exitCode } = await weft(args, { WEFT_HOME: '/proc/weft' });
    expect(`${stdout}${stderr}`).toContain('/proc');
    expect(stderr).not.toContain('    at ');
    expect(exitCode).toBe(1);
  });

  it.runIf(isRoot)('is told when its disk is full', { timeout: 60_000 }, async () => {
    const disk = join(home, 'disk');
    mkdirSync(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=711', 'tmpfs', disk]);
    try {
      const full = { ...config(), home: disk };
      await expect(openServers(full, () => undefined, TUNING)).rejects.toMatchObject({ code: 'disk-full' });
      await whenServersEnd(full);
    } finally {
      await run('umount', [disk]);
    }
  });
});

it('a WEFT_HOME that is read-only is refused by set-up and doctor', { timeout: 60_000 }, async () => {
  const closed = join(home, 'closed');
  mkdirSync(closed);
  // Root may write everywhere: there, processes of another account try.
  const account = serverAccount();
  chownSync(closed, account.uid, account.gid);
  chmodSync(closed, 0o555);
  const main = fileURLToPath(compiledFile(import.meta.url, '../../apps/cli/main.js'));
  const env = { PATH: process.env['PATH'], HOME: home, WEFT_HOME: closed, WEFT_CACHE: loadConfig().cache };
  for (const command of ['setup', 'doctor']) {
    const { stdout, status } = await runCommand(process.execPath, [main, command, '--json'], { env, account });
    expect(stdout).toMatch(/may not write to \S+closed|closed cannot be written to: EACCES/);
    expect(status).toBe(1);
  }
});

it.runIf(isRoot)('a WEFT_HOME of another account is refused by set-up and doctor', { timeout: 60_000 }, async () => {
  const foreign = join(home, 'foreign');
  mkdirSync(foreign);
  chownSync(foreign, 4_000_000, 4_000_000);
  for (const command of ['setup', 'doctor']) {
    const { stdout, exitCode } = await weft([command, '--json'], { WEFT_HOME: foreign });
    expect(stdout).toContain(`${foreign} belongs to another account`);
    expect(exitCode).toBe(1);
  }
});
