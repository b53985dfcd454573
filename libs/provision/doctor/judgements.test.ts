import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WeftError } from '#foundation';
import { judgeBackbone, judgeOnnxRuntime } from './backbone.js';
import { findingOf } from './finding.js';
import { judgeGpu, judgeGpuTest } from './gpu.js';
import { judgeMemory, tightestGroup } from './memory.js';
import { judgeFeedDirectory, judgePlace, type PlaceFacts } from './places.js';
import { judgeModule, judgeNode, judgePlatform } from './runtime.js';
import { judgeEmbeddedPostgres, judgePostgres, judgeRedis } from './servers.js';
import { judgeTraining } from './training.js';

const ran = { status: 0, stdout: '', stderr: '' };
const missing = new WeftError('pip-missing', 'There is no pip.', { remedy: 'apt-get install python3-pip' });

describe('findingOf', () => {
  it('makes a finding of whatever a look throws', async () => {
    const throwing = (error: unknown) =>
      findingOf('x', () => {
        throw error;
      });
    const remedy = 'apt-get install python3-pip';
    expect(await throwing(missing)).toMatchObject({ id: 'x', state: 'problem', sentence: 'There is no pip.', remedy });
    expect(await throwing(new TypeError('odd'))).toMatchObject({ state: 'problem', sentence: 'odd' });
    expect(await throwing('words')).toMatchObject({ state: 'problem', remedy: expect.any(String) as string });
  });

  it('waits for no look that never ends', async () => {
    const found = await findingOf('x', () => new Promise(() => undefined), 5);
    expect(found).toMatchObject({ state: 'problem', sentence: 'There was no answer within 0.005 s.' });
  });
});

describe('the programs', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['20.18.9', 'problem'],
    ['18.20.0', 'problem'],
    ['24.1.0', 'ok'],
  ])('judges Node %s as %s', (version, state) => {
    expect(judgeNode(version).state).toBe(state);
  });

  it('needs servers of your own elsewhere than on Linux', () => {
    const states = [
      judgePlatform('linux-x64', false),
      judgePlatform('darwin-arm64', true),
      judgePlatform('win32-x64', false),
    ];
    expect(states.map(({ state }) => state)).toEqual(['ok', 'warning', 'problem']);
    expect(states[2]?.remedy).toContain('DATABASE_URL');
  });

  it('tells why a native module does not load', () => {
    expect(judgeModule('imaging', 'sharp', { ...ran, stdout: '{"sharp":"1.2"}\n' })).toMatchObject({
      state: 'ok',
      sentence: 'sharp 1.2.',
    });
    const stderr = 'node:internal\n\nError: Could not load the "sharp" module\n    at x\n\nNode.js v20';
    expect(judgeModule('imaging', 'sharp', { ...ran, status: 1, stderr })).toMatchObject({
      state: 'problem',
      sentence: 'sharp does not work: Error: Could not load the "sharp" module',
      remedy: 'npm ci',
    });
    expect(judgeModule('imaging', 'sharp', { ...ran, status: 137 }).sentence).toContain('ended with 137');
  });
});

describe('the servers', () => {
  it('judges a Postgres of your own by what Weft says of it', () => {
    expect(judgePostgres({ postgres: '17.1', pgvector: '0.8.5', flaw: null }).state).toBe('ok');
    const flaw = new WeftError('pgvector-too-old', 'It has pgvector 0.8.3.', {
      remedy: 'ALTER EXTENSION vector UPDATE;',
    });
    expect(judgePostgres({ postgres: '17.1', pgvector: '0.8.3', flaw })).toMatchObject({
      state: 'problem',
      sentence: flaw.message,
      remedy: flaw.remedy,
    });
  });

  it('judges the embedded Postgres', () => {
    const version = { ...ran, stdout: 'postgres (PostgreSQL) 18.4' };
    const control = "default_version = '0.8.5'";
    expect(judgeEmbeddedPostgres(version, control).state).toBe('ok');
    expect(judgeEmbeddedPostgres(version, '').sentence).toContain('lost its pgvector');
    const broken = { status: 127, stdout: '', stderr: 'libc.so.6: version GLIBC_2.28 not found' };
    expect(judgeEmbeddedPostgres(broken, control).sentence).toContain('GLIBC_2.28');
  });

  it.each([
    [{ appendOnly: true, evicts: false }, 'ok', null],
    [{ appendOnly: false, evicts: false }, 'warning', 'appendonly yes'],
    [{ appendOnly: true, evicts: true }, 'warning', 'noeviction'],
  ])('judges a Redis that says %o', (said, state, remedy) => {
    const found = judgeRedis({ version: '7.2', ...said });
    expect(found.state).toBe(state);
    expect(found.remedy ?? '').toContain(remedy ?? '');
  });
});

describe('what computes', () => {
  const figures = {
    tensorflow: '2.21.0',
    tfjs: '4.22.0',
    device: 'cpu' as const,
    threads: 1,
    insteadBecause: null,
    errors: { matMul: 1e-7 },
    tolerance: 0.01,
    passed: true,
  };
  const inWasm = { ...figures, tensorflow: null, device: 'wasm' as const };

  it.each([
    ['auto', { figures }, 'ok', 'TensorFlow 2.21.0'],
    ['auto', { figures: { ...inWasm, insteadBecause: 'No TensorFlow.' } }, 'warning', 'No TensorFlow.'],
    ['wasm', { figures: inWasm }, 'ok', 'WebAssembly'],
    ['cpu', { failure: 'TensorFlow does not load.' }, 'problem', 'TensorFlow does not load.'],
    ['auto', { figures: { ...figures, passed: false } }, 'problem', 'calculates wrongly'],
  ] as const)('judges training on %s with %o as %s', (asked, outcome, state, words) => {
    const found = judgeTraining(asked, outcome);
    expect(found.state).toBe(state);
    expect(found.sentence).toContain(words);
  });

  const tested = '2026-11-24T12:00:00.000Z';
  it.each([
    [{ asked: 'auto', driver: null, record: null }, 'ok'],
    [{ asked: 'gpu', driver: null, record: null }, 'problem'],
    [{ asked: 'auto', driver: '570.1', record: null }, 'unverified'],
    [{ asked: 'auto', driver: '570.1', record: { isCurrent: false, testedAt: tested } }, 'unverified'],
    [{ asked: 'gpu', driver: '570.1', record: { isCurrent: true, testedAt: tested } }, 'ok'],
  ] as const)('judges a GPU of which is known %o as %s', (facts, state) => {
    const found = judgeGpu(facts);
    expect(found.state).toBe(state);
    if (state === 'unverified') expect(found.remedy).toContain('doctor --gpu');
  });

  it.each([
    [{ figures: { ...figures, device: 'gpu' } }, 'ok'],
    [{ figures: { ...figures, device: 'gpu', passed: false } }, 'problem'],
    [{ figures }, 'problem'],
    [{ failure: 'A GPU was demanded.' }, 'problem'],
  ] as const)('keeps of a test that gave %o only one that was passed on the GPU', (outcome, state) => {
    const kept: unknown[] = [];
    const found = judgeGpuTest(outcome, '570.1', (errors) => kept.push(errors), new Date(tested));
    expect(found.state).toBe(state);
    expect(kept).toEqual(state === 'ok' ? [{ matMul: 1e-7 }] : []);
  });
});

describe('the backbone', () => {
  const whole = {
    graph: '/c/features-1/features.onnx',
    hasGraph: true,
    weights: '/c/part/a/b/w.pth',
    hasWeights: true,
    areWeightsWhole: true,
  };
  it('is there, is not yet, or is damaged', () => {
    expect(judgeBackbone(whole).state).toBe('ok');
    expect(judgeBackbone({ ...whole, hasGraph: false }).sentence).toContain('not built yet');
    expect(judgeBackbone({ ...whole, hasWeights: false, areWeightsWhole: false }).sentence).toContain('not fetched');
    expect(judgeBackbone({ ...whole, areWeightsWhole: false }).remedy).toContain("rm -r '/c/part'");
  });

  it('has a graph that ONNX Runtime reads', () => {
    const loads = { ...ran, stdout: '{"onnxruntime":"1.30.0"}' };
    expect(judgeOnnxRuntime(loads, whole.graph).state).toBe('ok');
    const unreadable = {
      ...ran,
      status: 1,
      stderr: `Error: Load model from ${whole.graph} failed:Protobuf parsing failed.`,
    };
    expect(judgeOnnxRuntime(unreadable, whole.graph).remedy).toContain("rm -r '/c/features-1'");
    const absent = { ...ran, status: 1, stderr: "Error: Cannot find module 'onnxruntime-node'" };
    expect(judgeOnnxRuntime(absent, whole.graph)).toMatchObject({ state: 'problem', remedy: 'npm ci' });
  });
});

describe('the directories', () => {
  const facts: PlaceFacts = {
    path: '/home/weft',
    variable: 'WEFT_HOME',
    exists: true,
    fileInTheWay: null,
    writeError: null,
    free: 5e9,
    needed: 2e9,
    sizes: { postgres: 3e6, logs: 10 },
  };

  it.each([
    [{}, 'ok', 'postgres 3'],
    [{ exists: false, sizes: {} }, 'ok', 'not made yet'],
    [{ free: 1e9 }, 'warning', '2000 MB'],
    [{ writeError: 'EROFS' }, 'problem', 'EROFS'],
    [{ writeError: 'ENOSPC' }, 'problem', 'ENOSPC'],
    [{ fileInTheWay: '/home/weft' }, 'problem', 'is a file'],
  ])('judges %o as %s', (over, state, words) => {
    const found = judgePlace('home', { ...facts, ...over });
    expect(found.state).toBe(state);
    expect(found.sentence).toContain(words);
    if (state !== 'ok') expect(found.remedy).toContain('WEFT_HOME');
  });

  it.each([
    ['directory', true, 'ok'],
    ['absent', false, 'ok'],
    ['absent', true, 'warning'],
    ['file', true, 'problem'],
    ['unreadable', false, 'problem'],
  ] as const)('judges a feed directory that is %s (named: %s) as %s', (kind, isNamed, state) => {
    expect(judgeFeedDirectory({ path: '/feeds', isNamed, kind }).state).toBe(state);
  });
});

describe('memory', () => {
  it('counts what the tightest control group leaves, and what the catalogue needs', () => {
    expect(judgeMemory({ available: 8e9, group: null, photos: 500 }).state).toBe('ok');
    const limited = judgeMemory({ available: 8e9, group: { limit: 6e8, available: 3e8 }, photos: 500 });
    expect(limited).toMatchObject({ state: 'warning', sentence: expect.stringContaining('limit of 600') as string });
    expect(judgeMemory({ available: 2e9, group: null, photos: 400_000 }).state).toBe('warning');
    expect(judgeMemory({ available: null, group: null, photos: null }).state).toBe('ok');
  });

  it('finds the tightest limit on the way to the root, of either version, and takes file caches for free', () => {
    const root = mkdtempSync(join(tmpdir(), 'weft-cgroup-'));
    const write = (path: string, text: string) => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    try {
      expect(tightestGroup(root, '0::/a/b')).toBe(null);
      write('a/memory.max', '1000\n');
      write('a/memory.current', '900\n');
      write('a/memory.stat', 'active_file 5\ninactive_file 300\n');
      write('a/b/memory.max', 'max\n');
      write('a/b/memory.current', '900\n');
      expect(tightestGroup(root, '0::/a/b\n')).toEqual({ limit: 1000, available: 400 });
      write('memory/c/memory.limit_in_bytes', '2000\n');
      write('memory/c/memory.usage_in_bytes', '1900\n');
      expect(tightestGroup(root, '5:cpu:/\n4:memory:/c\n')).toEqual({ limit: 2000, available: 100 });
      write('memory/c/memory.limit_in_bytes', '9223372036854771712\n');
      expect(tightestGroup(root, '4:memory:/c\n')).toBe(null);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
