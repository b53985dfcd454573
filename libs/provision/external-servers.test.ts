import { createServer, type AddressInfo, type Server } from 'node:net';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '#config';
import { temporaryHome } from '../../test/support/servers.js';
import { redisReport } from './answers.js';
import { assertPostgresAnswers, assertRedisAnswers, redisAddress } from './external-servers.js';
import { openServers } from './open-servers.js';
import { redisInstallation } from './parts.js';

const { socketDir, redisPath } = inject('servers');
const postgresUrl = `postgresql:///weft?host=${socketDir}`;
const redisUrl = `unix:${redisPath}`;

const hasIpv6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1') ?? false;
let stranger: Server;
let strangersPort: number;

beforeAll(async () => {
  stranger = createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  await new Promise<void>((resolve) => stranger.listen(0, hasIpv6 ? '::' : '127.0.0.1', resolve));
  strangersPort = (stranger.address() as AddressInfo).port;
});
afterAll(() => stranger.close());

describe('servers of your own', () => {
  it('are handed on as they are when they answer', async () => {
    const config = { ...loadConfig(), home: '/nowhere', databaseUrl: postgresUrl, redisUrl };
    const servers = await openServers(config, () => undefined);
    expect([servers.database, servers.redis]).toEqual([{ url: postgresUrl }, { url: redisUrl }]);
    await servers.release();
  });

  it('are named when nothing answers', async () => {
    await expect(assertPostgresAnswers('postgres://127.0.0.1:1/weft')).rejects.toThrow(
      'DATABASE_URL names 127.0.0.1:1, where no Postgres answers.',
    );
    await expect(assertRedisAnswers('redis://127.0.0.1:1')).rejects.toThrow(
      'REDIS_URL names 127.0.0.1:1, where no Redis answers.',
    );
  });

  it.each(hasIpv6 ? ['[::1]', '127.0.0.1', 'localhost'] : ['127.0.0.1'])('are looked for at %s', async (host) => {
    // The stranger listens on both families: reaching it shows that the address was understood.
    await expect(assertPostgresAnswers(`postgres://${host}:${strangersPort}/weft`)).rejects.toThrow(
      `DATABASE_URL names ${host}:${strangersPort}, where something answers that is no Postgres`,
    );
    await expect(assertRedisAnswers(`redis://${host}:${strangersPort}`)).rejects.toThrow(
      `REDIS_URL names ${host}:${strangersPort}, where something answers that is no Redis`,
    );
  });

  it('are told from strangers', async () => {
    await expect(assertPostgresAnswers(`postgres://127.0.0.1:${strangersPort}/weft`)).rejects.toThrow(
      'something answers that is no Postgres',
    );
    await expect(assertRedisAnswers(`redis://127.0.0.1:${strangersPort}`)).rejects.toThrow(
      'something answers that is no Redis',
    );
  });

  it('are understood by address, socket and database', () => {
    expect(redisAddress('redis://[::1]').address).toEqual({ host: '::1', port: 6379 });
    expect(redisAddress('unix:/run/my%20redis.sock').address).toEqual({ path: '/run/my redis.sock' });
  });

  it('report their version and their append-only file', async () => {
    expect(await redisReport(redisAddress(redisUrl))).toEqual({
      version: '6.2.14',
      appendOnly: true,
      evicts: false,
    });
  });
});

describe('a Redis with a password', () => {
  it('lets in who knows it', async () => {
    const directory = temporaryHome();
    const socket = join(directory, 'redis.sock');
    const password = 'quo"te\\d word';
    const program = join(redisInstallation(loadConfig().cache), 'redis-server');
    const server = spawn(program, ['--port', '0', '--unixsocket', socket, '--requirepass', password, '--save', ''], {
      cwd: directory,
      stdio: 'ignore',
    });
    const url = (user: string, secret: string) => `unix://${user}:${encodeURIComponent(secret)}@localhost${socket}`;
    await expect.poll(() => answer(url('', password)), { timeout: 20_000 }).toBe('in');
    expect(await answer(url('default', password))).toBe('in');
    expect(await answer(url('', 'wrong'))).toContain('refuses the password');
    expect(await answer(`unix:${socket}`)).toContain('refuses the password');
    server.kill();
    rmSync(directory, { recursive: true });
  });
});

async function answer(url: string): Promise<string> {
  try {
    await assertRedisAnswers(url);
    return 'in';
  } catch (error) {
    return (error as Error).message;
  }
}
