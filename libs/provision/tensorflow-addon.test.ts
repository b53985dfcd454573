import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, type WeftConfig } from '#config';
import { temporaryHome } from '../../test/support/servers.js';
import { findCompiler, zigCompiler } from './compiler.js';
import { CUDA_WHEELS } from './cuda-wheels.js';
import { ensureParts } from './parts.js';
import { placeWheels } from './place.js';
import { runCommand } from './run-command.js';
import { builtAddon, tensorflowBuild } from './tensorflow-addon.js';
import type { FetchWheel } from './download.js';

let cache: string;
const quiet = () => undefined;
const config = (device: WeftConfig['device']): WeftConfig => ({ ...loadConfig(), cache, device });

beforeEach(() => {
  cache = temporaryHome();
});
afterEach(() => rmSync(cache, { recursive: true }));

/** Brings, in place of each wheel, a zip with these members. */
const fake =
  (members: (file: string) => string[]): FetchWheel =>
  async ({ file }, _, temporary) => {
    const program =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], "w")\nfor n in sys.argv[2:]: z.writestr(n, n)';
    const path = join(temporary, file);
    expect((await runCommand('python3', ['-c', program, path, ...members(file)])).status).toBe(0);
    return path;
  };

describe('the CUDA build', () => {
  it('pins twelve libraries by version and hash', () => {
    expect(CUDA_WHEELS).toHaveLength(12);
    for (const { requirement, sha256: hash, platform } of CUDA_WHEELS) {
      expect(requirement).toMatch(/^nvidia-[a-z-]+-cu12==\d+(\.\d+)+$/);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(platform).toMatch(/^manylinux\w+_x86_64$/);
    }
  });

  it('lays all wheels out in one directory, libraries and tools only', async () => {
    const name = (file: string) => /^nvidia_(\w+)_cu12/.exec(file)?.[1] ?? '';
    const members = (file: string) =>
      ['lib/lib.so.12', 'lib/lib.alt.so.12', 'include/head.h', 'bin/ptxas'].map(
        (path) => `nvidia/${name(file)}/${path}`,
      );
    const wheels = CUDA_WHEELS.slice(0, 2);
    const target = await placeWheels(cache, 'CUDA', wheels, fake(members), quiet);
    const files = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1)).sort()).toEqual(
      ['cublas', 'cuda_cupti'].flatMap((part) => [`nvidia/${part}/bin/ptxas`, `nvidia/${part}/lib/lib.so.12`]),
    );
  });

  it('is chosen for a GPU, and for any device once it is there', () => {
    expect([tensorflowBuild(config('auto')), tensorflowBuild(config('gpu'))]).toEqual(['cpu', 'gpu']);
    mkdirSync(dirname(builtAddon(cache, 'gpu')), { recursive: true });
    writeFileSync(builtAddon(cache, 'gpu'), '');
    expect([tensorflowBuild(config('auto')), tensorflowBuild(config('cpu'))]).toEqual(['gpu', 'cpu']);
  });

  it('is never replaced by the CPU build where a GPU is demanded', async () => {
    await expect(ensureParts(config('gpu'), ['tensorflow'], quiet)).rejects.toMatchObject({
      code: 'gpu-not-set-up',
      remedy: expect.stringContaining('setup --gpu') as string,
    });
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('a machine without a C++ compiler', () => {
  it('is given that of Zig', async () => {
    expect(await findCompiler({ PATH: cache })).toBeNull();
    const compiler = await zigCompiler(
      cache,
      '/somewhere',
      fake(() => ['ziglang/zig', 'ziglang/lib/c.h', 'ziglang/doc']),
      quiet,
    );
    expect(existsSync(compiler.command)).toBe(true);
    expect(existsSync(join(dirname(compiler.command), 'doc'))).toBe(false);
    expect(compiler.options).toEqual(['c++', '-target', 'x86_64-linux-gnu.2.28']);
    expect(compiler.environment['ZIG_GLOBAL_CACHE_DIR']).toBe('/somewhere/zig');
  });
});
