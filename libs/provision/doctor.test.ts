import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { loadConfig, repositoryRoot, type WeftConfig } from '#config';
import { temporaryHome } from '../../test/support/servers.js';
import { diagnose as diagnoseWith } from './doctor.js';
import type { Finding } from './finding.js';

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
const diagnose = (config: WeftConfig) => diagnoseWith(config, unasked);
const bare = () => ({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });

describe('diagnose', () => {
  it('finds everything in place after set-up', async () => {
    const findings = await diagnose(bare());
    expect(findings.filter(({ status }) => status === 'missing')).toEqual([]);
    expect(byId(findings)['postgres']?.found).toMatch(/PostgreSQL\) 18\.4, pgvector 0\.8\.5, embedded/);
    expect(byId(findings)['redis']?.found).toMatch(/Redis 6\.2\.14/);
    expect(byId(findings)['imaging']?.found).toMatch(/sharp \d.*libvips \d/);
    const { version } = JSON.parse(readFileSync(join(repositoryRoot(import.meta.url), 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(byId(findings)['weft']).toMatchObject({ status: 'ok', found: version });
  });

  it('only warns of missing tools that have done their work', async () => {
    vi.stubEnv('PATH', home);
    const findings = byId(await diagnose(bare()));
    expect(findings['python']).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('apt-get') as string,
    });
    expect(findings['compiler']).toMatchObject({ status: 'ok' });
    const empty = byId(await diagnose({ ...bare(), cache: join(home, 'cache') }));
    // Set-up does without either.
    expect(empty['python']).toMatchObject({ status: 'warning' });
    const own = { databaseUrl: 'postgres://127.0.0.1:1/weft', redisUrl: 'redis://127.0.0.1:1' };
    expect(byId(await diagnose({ ...bare(), ...own }))['python']).toMatchObject({ status: 'warning' });
  });

  it('says what is not there yet and which command brings it, and makes nothing', async () => {
    const findings = byId(await diagnose({ ...bare(), cache: join(home, 'cache'), home: join(home, 'home') }));
    for (const id of ['postgres', 'redis', 'backbone'])
      expect(findings[id]).toMatchObject({ status: 'missing', remedy: 'npm run -s weft -- setup' });
    expect(findings['home']?.found).toContain('not made yet');
  });

  it('asks your own servers', async () => {
    const { redisPath } = inject('servers');
    const found = byId(await diagnose({ ...bare(), redisUrl: `unix:${redisPath}` }));
    expect(found['redis']).toMatchObject({ status: 'ok', found: expect.stringContaining('of REDIS_URL') as string });
    const silent = byId(await diagnose({ ...bare(), databaseUrl: 'postgres://127.0.0.1:1/weft' }));
    expect(silent['postgres']).toMatchObject({ status: 'missing', remedy: expect.any(String) as string });
  });

  it('refuses a machine without a GPU to those who ask for one', async () => {
    const { gpu } = byId(await diagnose({ ...bare(), device: 'gpu' }));
    expect(gpu).toMatchObject({ status: 'missing', remedy: expect.stringContaining('WEFT_DEVICE') as string });
  });
});
