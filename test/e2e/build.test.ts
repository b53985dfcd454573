import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { repositoryRoot } from '#config';
import { temporaryHome } from '../support/servers.js';

let checkout: string;

beforeEach(() => {
  const root = repositoryRoot(import.meta.url);
  checkout = temporaryHome();
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'apps/cli/build.mjs'])
    cpSync(join(root, name), join(checkout, name));
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, 'libs', 'one'), { recursive: true });
  for (const name of ['index', 'gone']) writeFileSync(source(name), `export const name = '${name}';\n`);
});
afterEach(() => rmSync(checkout, { recursive: true }));

const source = (name: string) => join(checkout, 'libs', 'one', `${name}.ts`);
const compiled = (name: string) => join(checkout, 'dist', 'libs', 'one', name);

/** Runs the build and returns what it says. */
async function build(): Promise<string> {
  const child = spawn(process.execPath, [join(checkout, 'apps', 'cli', 'build.mjs')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  expect(await once(child, 'close')).toEqual([0, null]);
  return said;
}

it('two builds at once build once', async () => {
  const said = await Promise.all([build(), build(), build()]);
  expect(said.join('').match(/weft: building/g)).toHaveLength(1);
  expect(existsSync(compiled('index.js'))).toBe(true);
  expect(await build()).toBe('');
});

it('a build removes what was compiled from sources that are gone, and nothing else', async () => {
  await build();
  const files = ['gone.js', 'gone.js.map', 'index.js', 'index.js.map'];
  expect(files.map((name) => existsSync(compiled(name)))).toEqual([true, true, true, true]);
  rmSync(source('gone'));
  await build();
  expect(files.map((name) => existsSync(compiled(name)))).toEqual([false, false, true, true]);
});

it('a build that was killed does not block the next', async () => {
  const killed = spawn(process.execPath, [join(checkout, 'apps', 'cli', 'build.mjs')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(killed.stderr, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await build();
  expect(existsSync(compiled('index.js'))).toBe(true);
});
