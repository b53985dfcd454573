import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '#config';
import { temporaryHome } from '../../test/support/servers.js';
import { diagnose, isAtLeast } from './doctor.js';
import type { Finding } from './finding.js';

let home: string;

beforeEach(() => {
  home = temporaryHome();
});
afterEach(() => rmSync(home, { recursive: true }));

const byId = (findings: Finding[]) => Object.fromEntries(findings.map((finding) => [finding.id, finding]));
const bare = () => ({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });

describe('diagnose', () => {
  it('finds everything in place after set-up', async () => {
    const findings = await diagnose(bare());
    expect(findings.filter(({ status }) => status === 'missing')).toEqual([]);
    expect(byId(findings)['postgres']?.found).toMatch(/PostgreSQL\) 18\.4, pgvector 0\.8\.5, embedded/);
    expect(byId(findings)['redis']?.found).toMatch(/Redis 6\.2\.14/);
    expect(byId(findings)['imaging']?.found).toMatch(/sharp \d.*libvips \d/);
  });

  it('says what is not there yet and which command brings it, and makes nothing', async () => {
    const findings = byId(await diagnose({ ...bare(), cache: join(home, 'cache'), home: join(home, 'home') }));
    for (const id of ['postgres', 'redis', 'backbone'])
      expect(findings[id]).toMatchObject({ status: 'missing', remedy: 'npm run -s weft -- setup' });
    expect(findings['home']?.found).toContain('not made yet');
  });

  it('asks your own servers', async () => {
    const { socketDir, redisPath } = inject('servers');
    const databaseUrl = `postgresql:///weft?host=${socketDir}`;
    const found = byId(await diagnose({ ...bare(), databaseUrl, redisUrl: `unix:${redisPath}` }));
    expect(found['redis']).toMatchObject({ status: 'ok', found: expect.stringContaining('of REDIS_URL') as string });
    expect(found['postgres']).toMatchObject({ status: 'ok' });
    const silent = byId(await diagnose({ ...bare(), databaseUrl: 'postgres://127.0.0.1:1/weft' }));
    expect(silent['postgres']).toMatchObject({ status: 'missing', remedy: expect.any(String) as string });
  });

  it('refuses a machine without a GPU to those who ask for one', async () => {
    const { gpu } = byId(await diagnose({ ...bare(), device: 'gpu' }));
    expect(gpu).toMatchObject({ status: 'missing', remedy: expect.stringContaining('WEFT_DEVICE') as string });
  });
});

describe('isAtLeast', () => {
  it.each([
    ['0.8.4', true],
    ['0.8.5', true],
    ['0.9', true],
    ['1.0.0', true],
    ['0.8.10', true],
    ['0.8.3', false],
    ['0.8', false],
    ['unknown', false],
  ])('judges pgvector %s', (version, expected) => {
    expect(isAtLeast(version, [0, 8, 4])).toBe(expected);
  });
});
