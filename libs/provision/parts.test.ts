import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshCheckout } from '../../test/support/checkout.js';
import { temporaryHome } from '../../test/support/servers.js';
import { runCommand } from './run-command.js';

let directory: string;

beforeEach(() => {
  directory = temporaryHome();
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a missing prerequisite', () => {
  it('is named before anything is downloaded', async () => {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    const { stdout: python } = await runCommand('python3', ['-c', 'import sys; print(sys.executable)']);
    const setup = () => {
      const env = { PATH: bin, WEFT_CACHE: join(directory, 'cache'), WEFT_HOME: join(directory, 'home') };
      return runCommand(process.execPath, [join(checkout, 'dist', 'apps', 'cli', 'main.js'), 'setup'], { env });
    };
    const checkout = freshCheckout(directory);
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
