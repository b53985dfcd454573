import { existsSync, mkdirSync, rmSync } from 'node:fs';
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

describe('set-up without a network', () => {
  it('says of each part what its bundle lacks, what works without it, and fails', async () => {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    const bundle = join(directory, 'bundle');
    mkdirSync(bundle);
    const program = join(freshCheckout(directory), 'dist', 'apps', 'cli', 'main.js');
    const env = { PATH: bin, WEFT_CACHE: join(directory, 'cache'), WEFT_HOME: join(directory, 'home') };
    const run = (...args: string[]) => runCommand(process.execPath, [program, 'setup', ...args], { env });
    const { status, stdout, stderr } = await run('--from', bundle, '--json');
    const { parts } = JSON.parse(stdout) as {
      parts: { part: string; isInPlace: boolean; failure: { code: string } }[];
    };
    expect(parts.map(({ part, isInPlace, failure }) => [part, isInPlace, failure.code])).toEqual(
      ['postgres', 'redis', 'tensorflow', 'backbone'].map((part) => [part, false, 'bundle-incomplete']),
    );
    // There is no compiler on this PATH: the bundle must bring one.
    expect(stderr).toMatch(/lacks tensorflow_cpu-2\.21\.0\S* \(274 MB\), ziglang-\S* \(83\.2 MB\)\./);
    expect(stderr).toContain('training runs in WebAssembly');
    expect(status).toBe(1);
    expect(existsSync(join(directory, 'cache'))).toBe(false);
  });
});
