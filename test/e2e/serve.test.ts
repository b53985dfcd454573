import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { temporaryHome } from '../support/servers.js';
import { startWeft } from '../support/weft.js';

const hasIpv6 = networkInterfaces()['lo']?.some(({ address }) => address === '::1') ?? false;

let place: TestDatabase;
let home: string;

beforeAll(async () => {
  place = await createTestDatabase();
  home = temporaryHome();
});
afterAll(async () => {
  await place.drop();
  rmSync(home, { recursive: true });
});

it.runIf(hasIpv6)('weft serve names an address that answers, for IPv6 too', { timeout: 60_000 }, async () => {
  const { socketDir, user, redisPath } = inject('servers');
  const port = await freePort('::1');
  const child = startWeft(['serve'], {
    WEFT_HOME: home,
    WEFT_HOST: '::1',
    WEFT_PORT: `${port}`,
    DATABASE_URL: `postgresql://${user}@localhost/${place.connection.database}?host=${encodeURIComponent(socketDir)}`,
    REDIS_URL: `unix:${redisPath}`,
  });
  if (child.stderr === null) throw new Error('stderr is a pipe');
  const ended = once(child, 'exit');
  try {
    let said = '';
    for await (const line of createInterface(child.stderr)) {
      said += `${line}\n`;
      if (line.includes('serving on')) break;
    }
    const url = /serving on (\S+)/.exec(said)?.[1] ?? said;
    expect(url).toBe(`http://[::1]:${port}`);
    child.stderr.resume();
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);
});
