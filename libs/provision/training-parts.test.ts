import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { WASM_COST } from '#foundation';
import { freshCheckout } from '../../test/support/checkout.js';
import { freePort } from '../../test/support/free-port.js';
import { temporaryHome } from '../../test/support/servers.js';
import { featureGraphPath } from './backbone.js';
import { placeWheels } from './place.js';
import { runCommand } from './run-command.js';
import { type Wheel, WHEELS } from './wheels.js';

/** Places what a training needs on a machine of its own: the arguments are the checkout, a wheel and a platform. */
const PROGRAM = `
const [, checkout, wheel, platform] = process.argv;
const { WHEELS } = await import(checkout + '/dist/libs/provision/wheels.js');
Object.assign(WHEELS.tensorflow, JSON.parse(wheel));
const { ensureTrainingParts } = await import(checkout + '/dist/libs/provision/index.js');
const { loadConfig } = await import(checkout + '/dist/libs/config/index.js');
const config = loadConfig();
// Now, because modules with native parts ask for it too.
Object.defineProperty(process, 'platform', { value: platform });
try {
  await ensureTrainingParts(config, config.device, (line) => console.log(line));
  console.log('goes on');
} catch (error) {
  console.log('fails: ' + error.code);
}`;

/** A wheel of two empty libraries, as the package index would have offered it. */
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    for name in ('cc', 'framework'):
        wheel.writestr('tensorflow/libtensorflow_' + name + '.so.2', name)
`;

const IN_WASM = `Training will run in WebAssembly. ${WASM_COST}`;
let directory: string;
let checkout: string;
let cache: string;
let bin: string;
let wheel: Wheel;
let index: string;

beforeAll(async () => {
  directory = temporaryHome();
  checkout = freshCheckout(directory);
  const made = join(directory, 'tensorflow.whl');
  expect((await runCommand('python3', ['-c', MAKE_WHEEL, made])).status).toBe(0);
  wheel = { ...WHEELS.tensorflow, requirement: 'tensorflow-cpu==0', bytes: 1, placedBytes: 1, members: ['.*'] };
  index = `http://127.0.0.1:${await freePort()}/simple`;
});
afterAll(() => rmSync(directory, { recursive: true }));

beforeEach(() => {
  cache = join(directory, 'cache');
  bin = join(directory, 'bin');
  for (const path of [cache, bin]) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
  }
  // The backbone is in place: what is asked here is about TensorFlow.
  const features = dirname(featureGraphPath(loadConfig()));
  symlinkSync(features, join(cache, basename(features)));
});

/** On a PATH without python3, so without pip, and a package index that nobody serves. */
async function prepare(device: string, platform = 'linux'): Promise<string> {
  const env = { PATH: bin, WEFT_CACHE: cache, WEFT_DEVICE: device, PIP_INDEX_URL: index };
  const args = ['--input-type=module', '-e', PROGRAM, checkout, JSON.stringify(wheel), platform];
  const { stdout, stderr } = await runCommand(process.execPath, args, { env });
  expect(stderr).toBe('');
  return stdout;
}

async function placeTensorflow(): Promise<void> {
  const fetch = async () => {
    const copy = join(directory, 'copy.whl');
    cpSync(join(directory, 'tensorflow.whl'), copy);
    return copy;
  };
  await placeWheels(cache, 'TensorFlow', [wheel], fetch, () => undefined);
}

describe('a training that may run anywhere goes on in WebAssembly', () => {
  it('without pip and without a network, and says how to have it otherwise', async () => {
    const said = await prepare('auto');
    expect(said).toContain('there is no python3. Weft downloads from the package index 127.0.0.1');
    expect(said).toContain(`ECONNREFUSED`);
    expect(said).toContain(IN_WASM);
    expect(said).toContain('weft setup --from DIR without a network');
    expect(said).toMatch(/goes on\n$/);
  });

  it('without a compiler that can be had', async () => {
    await placeTensorflow();
    const said = await prepare('auto');
    expect(said).toContain('ziglang==');
    expect(said).toContain(IN_WASM);
    expect(said).toMatch(/goes on\n$/);
  });

  it('with a compiler that fails', async () => {
    await placeTensorflow();
    const compiler = '#!/bin/sh\n[ "$1" = --version ] && echo "g++ 4.8" && exit\necho "error: too old" >&2; exit 1\n';
    writeFileSync(join(bin, 'g++'), compiler, { mode: 0o755 });
    const said = await prepare('auto');
    expect(said).toContain(`g++ 4.8 could not compile the TensorFlow addon: error: too old ${IN_WASM}`);
    expect(said).toContain('Install GCC 9 or newer');
    expect(said).toMatch(/goes on\n$/);
  });

  it('on another platform', async () => {
    const said = await prepare('auto', 'darwin');
    expect(said).toContain(`this is darwin-x64. ${IN_WASM}`);
    expect(said).toMatch(/goes on\n$/);
  });
});

it('a training on the CPU that was asked for fails where TensorFlow cannot be had', async () => {
  const said = await prepare('cpu');
  expect(said).toMatch(/fails: download-failed\n$/);
  expect(said).not.toContain('WebAssembly');
});

it('a training in WebAssembly that was asked for fetches nothing', async () => {
  expect(await prepare('wasm')).toBe('goes on\n');
});
