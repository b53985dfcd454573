import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from '#config';
import { temporaryHome } from '../../test/support/servers.js';
import { runCommand } from './run-command.js';

const ROOT = repositoryRoot(import.meta.url);
const ADDON_PACKAGE = join('@tensorflow', 'tfjs-node-gpu');

let directory: string;

beforeEach(() => {
  directory = temporaryHome();
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A checkout of its own, in which no addon is linked. */
function freshCheckout(): string {
  const checkout = join(directory, 'checkout');
  const packages = join(ROOT, 'node_modules');
  const link = (name: string) => symlinkSync(join(packages, name), join(checkout, 'node_modules', name));
  mkdirSync(join(checkout, 'node_modules', '@tensorflow'), { recursive: true });
  for (const name of readdirSync(packages)) if (name !== '@tensorflow') link(name);
  for (const name of readdirSync(join(packages, '@tensorflow')))
    if (join('@tensorflow', name) !== ADDON_PACKAGE) link(join('@tensorflow', name));
  cpSync(join(packages, ADDON_PACKAGE), join(checkout, 'node_modules', ADDON_PACKAGE), {
    recursive: true,
    filter: (path) => !path.includes('napi-v8'),
  });
  cpSync(join(ROOT, 'dist'), join(checkout, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(checkout, 'package.json'));
  return checkout;
}

describe('a missing prerequisite', () => {
  it('is named before anything is downloaded', async () => {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    const { stdout: python } = await runCommand('python3', ['-c', 'import sys; print(sys.executable)']);
    const setup = () => {
      const env = { PATH: bin, WEFT_CACHE: join(directory, 'cache'), WEFT_HOME: join(directory, 'home') };
      return runCommand(process.execPath, [join(checkout, 'dist', 'apps', 'cli', 'main.js'), 'setup'], { env });
    };
    const checkout = freshCheckout();
    const withoutPython = await setup();
    expect(withoutPython.stderr).toMatch(/there is no python3\.\n.*mend: apt-get install python3/);
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\nexec '${python.trim()}' "$@"\n`, { mode: 0o755 });
    const withoutCompiler = await setup();
    expect(withoutCompiler.stderr).toMatch(/Training needs a C\+\+ compiler once.*\n.*mend: apt-get install g\+\+/);
    expect(`${withoutPython.stderr}${withoutCompiler.stderr}`).not.toContain('Downloading');
    expect(existsSync(join(directory, 'cache'))).toBe(false);
    expect([withoutPython.status, withoutCompiler.status]).toEqual([1, 1]);
  });
});
