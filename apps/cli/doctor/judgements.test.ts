import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { GenerationId, ModelVersion } from '#foundation';
import type { DatabaseContent } from '#persistence';
import { describe, expect, it } from 'vitest';
import { judgeCatalogue, judgeQuarantine } from './catalogue.js';
import { judgeDatabase } from './examine.js';
import { judgeEmbedding, judgeGeneration, judgeLeftovers } from './generation.js';
import type { DatabaseState } from './state.js';
import { judgeClock, judgeJobs, judgePort, lookAtPort } from './service.js';

const modelVersion = '20261124-093000-1a2b3c4d' as ModelVersion;
const id = 3 as GenerationId;
const now = new Date('2026-11-24T12:00:00.000Z');
const imported = { id: 'import', finishedAt: now, quarantined: 0 };
const active = {
  id,
  modelVersion,
  directory: '/models/m',
  extractorId: 'features',
  completeness: {
    productsWithPhoto: 10,
    productVectors: 10,
    photos: 20,
    imageVectors: 20,
    badNorms: 0,
    examples: [],
  },
};
const healthy: DatabaseContent = {
  products: 10,
  offers: 40,
  photos: 20,
  awaitingEmbedding: 0,
  lastImport: imported,
  models: 1,
  generations: [{ id, modelVersion, state: 'active' }],
  active,
  unfinishedJobs: [],
};
const bundle = { manifest: { version: modelVersion, extractorId: 'features' } };

describe('the catalogue', () => {
  it.each([
    [{}, 'ok', null],
    [{ products: 0, offers: 0, photos: 0 }, 'warning', 'import FEED'],
    [{ photos: 0 }, 'warning', 'quarantine'],
  ])('with %o is %s', (over, state, remedy) => {
    const found = judgeCatalogue({ ...healthy, ...over });
    expect(found.state).toBe(state);
    expect(found.remedy ?? '').toContain(remedy ?? '');
  });

  it('is worth a look when more than one entry in a hundred was set aside', () => {
    const withAside = (quarantined: number) =>
      judgeQuarantine({ ...healthy, offers: 200, lastImport: { ...imported, quarantined } });
    expect([withAside(0).state, withAside(2).state, withAside(3).state]).toEqual(['ok', 'ok', 'warning']);
    expect(withAside(3).remedy).toContain('quarantine');
    expect(judgeQuarantine({ ...healthy, lastImport: null }).state).toBe('ok');
  });
});

describe('the generation', () => {
  it('answers when it is active and its bundle whole', () => {
    expect(judgeGeneration(healthy, bundle, ['features']).state).toBe('ok');
    expect(judgeGeneration(healthy, bundle, null).state).toBe('ok');
  });

  it.each([
    [{ products: 0 }, 'import FEED'],
    [{ models: 0, generations: [] }, 'train'],
    [{ generations: [] }, 'embed'],
    [{ generations: [{ id, modelVersion, state: 'ready' as const }] }, 'promote 3'],
  ])('that is missing, with %o, comes about by weft %s', (over, command) => {
    const found = judgeGeneration({ ...healthy, active: null, ...over }, null, ['features']);
    expect(found).toMatchObject({ state: 'warning', remedy: `npm run -s weft -- ${command}` });
  });

  it('is broken by a bundle that is damaged or another, and by vectors of another length', () => {
    const damaged = judgeGeneration(healthy, { damage: 'heads.onnx was altered' }, ['features']);
    expect(damaged).toMatchObject({ state: 'problem', sentence: 'heads.onnx was altered' });
    const other = { manifest: { version: 'another' as ModelVersion, extractorId: 'features' } };
    expect(judgeGeneration(healthy, other, ['features']).state).toBe('problem');
    const bent = { ...healthy, active: { ...active, completeness: { ...active.completeness, badNorms: 2 } } };
    expect(judgeGeneration(bent, bundle, ['features'])).toMatchObject({
      state: 'problem',
      remedy: `npm run -s weft -- embed --model ${modelVersion}`,
    });
  });

  it('is old when the backbone is another', () => {
    expect(judgeGeneration(healthy, bundle, ['other features']).state).toBe('warning');
  });

  it('does not know products that came after it', () => {
    expect(judgeEmbedding(healthy).state).toBe('ok');
    const found = judgeEmbedding({ ...healthy, awaitingEmbedding: 4 });
    expect(found).toMatchObject({ state: 'warning', remedy: 'npm run -s weft -- embed' });
    expect(judgeEmbedding({ ...healthy, awaitingEmbedding: 4, active: null }).state).toBe('ok');
  });

  it('is left half built when no job goes on with it', () => {
    const building = { ...healthy, generations: [{ id, modelVersion, state: 'building' as const }] };
    expect(judgeLeftovers(healthy).state).toBe('ok');
    expect(judgeLeftovers(building)).toMatchObject({ state: 'warning', remedy: 'npm run -s weft -- embed' });
    const job = { id: 'job', kind: 'embed' as const, state: 'running' as const, createdAt: now };
    expect(judgeLeftovers({ ...building, unfinishedJobs: [job] }).state).toBe('ok');
  });
});

describe('the service', () => {
  const queued = (hoursAgo: number): DatabaseContent => {
    const createdAt = new Date(now.getTime() - hoursAgo * 3_600_000);
    return { ...healthy, unfinishedJobs: [{ id: 'job', kind: 'train', state: 'queued', createdAt }] };
  };

  it('has jobs that nobody runs, or that take too long', () => {
    expect(judgeJobs(healthy, { owner: 'nobody' }, now).state).toBe('ok');
    expect(judgeJobs(queued(1), { owner: 'weft' }, now).state).toBe('ok');
    expect(judgeJobs(queued(25), { owner: 'weft' }, now).state).toBe('warning');
    expect(judgeJobs(queued(1), { owner: 'nobody' }, now)).toMatchObject({
      state: 'warning',
      remedy: 'npm run -s weft -- serve',
    });
  });

  it('has a clock that agrees with the database', () => {
    const states = [0, 59_000, 61_000, -61_000].map((ahead) => judgeClock(1e12, 1e12 + ahead).state);
    expect(states).toEqual(['ok', 'ok', 'warning', 'warning']);
    expect(judgeClock(1e12, 1e12 - 90_000).sentence).toContain('90 s behind');
  });

  async function ownerOf(answer: string | null): Promise<string> {
    const server: Server = createServer((_, response) => response.end(answer ?? ''));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const place = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    if (answer === null) await new Promise((resolve) => server.close(resolve));
    const found = await lookAtPort(place);
    if (answer !== null) server.close();
    expect(judgePort(found, place).state).toBe(found.owner === 'another' ? 'problem' : 'ok');
    return found.owner;
  }

  it('knows a Weft on its port from another program', async () => {
    expect(await ownerOf('{"status":"live"}')).toBe('weft');
    expect(await ownerOf('<html>')).toBe('another');
    expect(await ownerOf('null')).toBe('another');
    expect(await ownerOf(null)).toBe('nobody');
  });

  it('cannot have a port that it may not listen on', () => {
    const found = judgePort({ owner: 'unusable', why: 'no right' }, { host: '127.0.0.1', port: 80 });
    expect(found).toMatchObject({ state: 'problem', sentence: 'no right' });
  });
});

describe('the database', () => {
  const known = { pendingMigrations: [], serverTime: 0, bytes: 5e6, content: healthy };
  it.each<[DatabaseState, string]>([
    [{ known }, 'ok'],
    [{ known: { ...known, content: null } }, 'ok'],
    [{ known: { ...known, pendingMigrations: ['a'], content: null } }, 'warning'],
    [{ unknown: 'never-started' }, 'ok'],
    [{ unknown: 'not-fetched' }, 'ok'],
    [{ failed: { message: 'It is silent.', remedy: null } }, 'problem'],
  ])('of which is known %o is %s', (state, expected) => {
    expect(judgeDatabase(state).state).toBe(expected);
  });
});
