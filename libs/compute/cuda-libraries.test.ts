import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import { hasCudaLibraries } from './cuda-libraries.js';
import { openBackend } from './index.js';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'weft cuda-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

it('the CUDA libraries are looked for beside the TensorFlow that is loaded', () => {
  const maps = [
    '7f0000000000-7f0000001000 r--p 00000000 fe:00 1    /usr/lib/libc.so.6',
    `7f0000002000-7f0000003000 r-xp 00000000 fe:00 2    ${cache}/tensorflow/libtensorflow_cc.so.2`,
    '',
  ].join('\n');
  expect(hasCudaLibraries(maps)).toBe(false);
  mkdirSync(join(cache, 'nvidia'));
  expect(hasCudaLibraries(maps)).toBe(true);
  expect(hasCudaLibraries('')).toBe(false);
});

it.runIf(underTest.device === 'cpu')('the CPU build has none, and is seen where it was loaded', async () => {
  await openBackend(underTest.device);
  const maps = readFileSync('/proc/self/maps', 'utf8');
  expect(maps).toMatch(/\/libtensorflow_cc\.so\.2$/m);
  expect(hasCudaLibraries(maps)).toBe(false);
});
