import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compiledFile } from '#config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testRedis } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { weft } from '../support/weft.js';
import { type ApiShop, openApiShop } from './api-shop.js';

const API = fileURLToPath(compiledFile(import.meta.url, '../../apps/api/main.js'));

let shop: ApiShop;
let env: Record<string, string>;
const started: ChildProcess[] = [];

beforeAll(async () => {
  shop = await openApiShop();
  const { socketDir, user, database } = shop.connection;
  env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: shop.directory, WEFT_HOME: shop.directory },
    DATABASE_URL: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(socketDir)}`,
    REDIS_URL: `unix://${testRedis().path}`,
  };
});
afterAll(async () => {
  for (const child of started.filter(({ exitCode }) => exitCode === null)) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await shop?.close();
});

async function startApi(
  settings: Record<string, string>,
): Promise<{ url: string; log: () => string; exit: Promise<unknown[]> }> {
  const port = await freePort();
  const child = fork(API, {
    ...{ env: { ...env, ...settings, WEFT_PORT: String(port) }, execArgv: [] },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  started.push(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exit = once(child, 'close');
  await Promise.race([once(child, 'message'), exit]);
  return { url: `http://127.0.0.1:${port}`, log: () => log, exit };
}

async function run(...args: string[]) {
  const { exitCode, stdout, stderr } = await weft(args, env);
  return { exitCode, stderr, answer: stdout === '' ? null : (JSON.parse(stdout) as Record<string, unknown>) };
}

it(
  'weft keys opens a service to the network, to whoever has a key, and shuts it again in every process',
  { timeout: 120_000 },
  async () => {
    const refused = await startApi({ WEFT_HOST: '0.0.0.0' });
    expect((await refused.exit)[0]).toBe(1);
    expect(refused.log()).toMatch(/listens on this machine only until a key exists; WEFT_HOST is 0\.0\.0\.0/);

    const local = await startApi({});
    await expect.poll(local.log).toContain('every program on this machine may do everything');
    expect((await fetch(`${local.url}/v1/jobs`)).status).toBe(200);

    const made = await run('keys', 'create', 'operator', '--name', 'night job', '--expires', '90d', '--json');
    const { secret, key } = made.answer as { secret: string; key: { id: string } };
    expect(secret).toMatch(/^weft_sk_\w{56}$/);
    const everywhere = await startApi({ WEFT_HOST: '0.0.0.0' });
    await expect.poll(everywhere.log).toContain('without encryption');
    const statuses = async (text?: string) => {
      const headers: Record<string, string> = text === undefined ? {} : { authorization: `Bearer ${text}` };
      const asked = [local.url, everywhere.url].map((url) => fetch(`${url}/v1/jobs`, { headers }));
      return (await Promise.all(asked)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([401, 401]);
    expect(await statuses(secret)).toEqual([200, 200]);

    const rotated = await run('keys', 'rotate', key.id, '--overlap', '0h', '--json');
    const successor = rotated.answer as { secret: string; key: { id: string } };
    expect([await statuses(secret), await statuses(successor.secret)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
    const revoked = await weft(['keys', 'revoke', successor.key.id], env);
    expect(revoked.stdout).toContain('is revoked');
    expect(revoked.stderr).toContain('No valid key is left');
    expect(await statuses(successor.secret)).toEqual([401, 401]);
    expect(await statuses()).toEqual([401, 401]);

    const listed = await run('keys', 'list', '--json');
    expect(listed.answer).toMatchObject({
      keys: [
        { id: successor.key.id, state: 'revoked', replaces: key.id, revokedBy: 'command line' },
        { id: key.id, state: 'expired', name: 'night job', createdBy: 'command line' },
      ],
    });
    for (const text of [secret, successor.secret]) {
      for (const words of [JSON.stringify(listed), local.log(), everywhere.log()])
        expect(words).not.toContain(text.slice(15));
    }
  },
);

it('weft keys says what is wrong with what was asked', { timeout: 60_000 }, async () => {
  const wrong: [string[], string, RegExp][] = [
    [['create', 'admin', '--name', 'a'], 'key-request-invalid', /kind/],
    [['create', 'storefront', '--name', 'a'], 'key-request-invalid', /at least one origin/],
    [['create', 'storefront', '--name', 'a', '--origin', 'shop.example'], 'key-request-invalid', /must be an origin/],
    [['create', 'operator', '--name', 'a', '--expires', 'soon'], 'expiry-invalid', /no time/],
    [['create', 'operator'], 'usage', /--name/],
    [['revoke', '0000000'], 'key-id-unknown', /0000000/],
    [['rotate', '0000000', '--overlap', 'long'], 'key-request-invalid', /duration/],
  ];
  for (const [args, code, sentence] of wrong) {
    const { exitCode, answer } = await run('keys', ...args, '--json');
    expect([args, exitCode, answer]).toMatchObject([args, 1, { error: { code } }]);
    expect(JSON.stringify(answer)).toMatch(sentence);
  }
});
