import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { loadConfig, repositoryRoot, type WeftConfig } from '#config';
import { WASM_COST } from '#foundation';
import { temporaryHome } from '../../../test/support/servers.js';
import { diagnose as diagnoseWith } from './diagnose.js';
import { lookAtBackbone } from './backbone.js';
import { type Finding, findingOf, SETUP } from './finding.js';
import { lookAtGpu } from './gpu.js';
import { lookAtPlace } from './places.js';
import { lookAtCompiler, lookAtPython } from './runtime.js';
import { lookAtPostgres, lookAtRedis } from './servers.js';
import { lookAtTraining } from './training.js';

let home: string;

beforeEach(() => {
  home = temporaryHome();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const byId = (findings: Finding[]) => Object.fromEntries(findings.map((finding) => [finding.id, finding]));
// What a Postgres of your own says of itself: test/integration/doctor.test.ts.
const unasked = () => Promise.reject(new Error('No Postgres was to be asked.'));
const diagnose = async (config: WeftConfig) => byId(await diagnoseWith(config, unasked, null));
const bare = () => ({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
const containing = (text: string): unknown => expect.stringContaining(text);

describe('diagnose', () => {
  it('finds everything in place after set-up, each with what it found', async () => {
    const findings = await diagnose(bare());
    expect(Object.values(findings).filter(({ state }) => state === 'problem')).toEqual([]);
    expect(findings['postgres']?.value).toEqual({ postgres: '18.4', pgvector: '0.8.5', embedded: true });
    expect(findings['redis']?.sentence).toMatch(/Redis 6\.2\.14, embedded/);
    expect(findings['imaging']?.sentence).toMatch(/sharp \d.*libvips \d/);
    expect(findings['onnxruntime']?.sentence).toMatch(/onnxruntime \d/);
    expect(findings['training']?.sentence).toMatch(/TensorFlow 2\..* on the CPU; it calculates rightly/);
    expect(findings['backbone']).toMatchObject({ state: 'ok', sentence: containing('right hash') });
    const { version } = JSON.parse(readFileSync(join(repositoryRoot(import.meta.url), 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(findings['weft']).toMatchObject({ state: 'ok', value: { version } });
  });

  it('does not miss tools that set-up can do without', async () => {
    vi.stubEnv('PATH', home);
    expect(await lookAtPython()).toMatchObject({ state: 'ok', sentence: containing('without it') });
    expect(await lookAtCompiler(bare())).toMatchObject({ state: 'ok', sentence: containing('none is needed') });
  });

  it('says what is not there yet and which command brings it, and makes nothing', async () => {
    const findings = await diagnose({ ...bare(), cache: join(home, 'cache'), home: join(home, 'home') });
    for (const id of ['postgres', 'redis', 'backbone'])
      expect(findings[id]).toMatchObject({ state: 'problem', remedy: SETUP });
    expect(findings['home']?.sentence).toContain('not made yet');
    expect(readdirSync(home)).toEqual([]);
  });

  it('trains in WebAssembly where that is asked for, and says what it costs', async () => {
    const training = await lookAtTraining({ ...bare(), device: 'wasm' });
    expect(training).toMatchObject({ state: 'ok', sentence: containing(WASM_COST) });
  });

  it('asks your own servers', async () => {
    const { redisPath } = inject('servers');
    const redis = await lookAtRedis({ ...bare(), redisUrl: `unix:${redisPath}` });
    expect(redis).toMatchObject({ state: 'ok', sentence: containing('of REDIS_URL') });
    const silent = { ...bare(), databaseUrl: 'postgres://127.0.0.1:1/weft' };
    const postgres = await findingOf('postgres', () => lookAtPostgres(silent, unasked));
    expect(postgres).toMatchObject({ state: 'problem', remedy: containing('DATABASE_URL') });
  });

  it('refuses a machine without a GPU to those who ask for one', () => {
    const gpu = lookAtGpu({ ...bare(), device: 'gpu' });
    expect(gpu.state).not.toBe('ok');
    expect(gpu.remedy).toMatch(/WEFT_DEVICE|doctor --gpu/);
  });

  it('survives homes that are a file, below a file or under /proc, and says what to do', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below'), '/proc/weft']) {
      const place = { path, variable: 'WEFT_HOME', needed: 0, isForServers: true };
      const found = await findingOf('home', () => lookAtPlace('home', place));
      expect(found).toMatchObject({ state: 'problem', remedy: containing('WEFT_HOME') });
    }
  });

  it('leaves nothing where it tries to write', () => {
    const place = { path: home, variable: 'WEFT_HOME', needed: 0, isForServers: false };
    expect(lookAtPlace('home', place)).toMatchObject({ state: 'ok', value: { writeError: null } });
    expect(readdirSync(home)).toEqual([]);
  });

  it('finds weights that were altered', () => {
    const config = { ...bare(), cache: join(home, 'cache') };
    const { weights } = lookAtBackbone(config).value as { weights: string };
    mkdirSync(join(weights, '..'), { recursive: true });
    writeFileSync(weights, 'no weights');
    const altered = lookAtBackbone(config);
    expect(altered).toMatchObject({ state: 'problem', sentence: containing('damaged'), remedy: containing('rm -r') });
    const directory = /\/[^']*/.exec(altered.remedy ?? '')?.[0] ?? 'none';
    expect(existsSync(directory) && directory.startsWith(`${config.cache}/`)).toBe(true);
  });
});
