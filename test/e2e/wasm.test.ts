import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { drawCatalogue } from '#drawn-catalogue';
import { ModelBundle } from '#embedder';
import { whenServersEnd } from '#provision';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/servers.js';
import { weft } from '../support/weft.js';

describe('a home that trains in WebAssembly', { timeout: 300_000 }, () => {
  const home = temporaryHome();
  const shop = temporaryHome();
  const env = { WEFT_HOME: home, WEFT_DEVICE: 'wasm', WEFT_PORT: '4199' };

  afterAll(async () => {
    await whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
    rmSync(home, { recursive: true, force: true });
    rmSync(shop, { recursive: true, force: true });
  }, 60_000);

  async function json<T>(...args: string[]): Promise<T> {
    const { exitCode, stdout, stderr } = await weft([...args, '--json'], env);
    expect(exitCode, stderr + stdout).toBe(0);
    return JSON.parse(stdout) as T;
  }

  it('imports, trains, embeds and answers, and its doctor finds it well', async () => {
    const { feedPath, products } = await drawCatalogue({ directory: shop, products: 64 });
    await json('import', feedPath);
    const trained = await json<{ version: string; device: string; insteadBecause: string | null }>('train');
    expect(trained).toMatchObject({ device: 'wasm', insteadBecause: null });
    const { manifest } = await ModelBundle.open(join(home, 'models', trained.version));
    expect(manifest.metrics).toMatchObject({ compute: { device: 'wasm', tensorflow: null } });

    const waiting = await json<Diagnosis>('doctor');
    expect(stateOf(waiting, 'generation')).toEqual(['warning', 'npm run -s weft -- embed']);
    await json('embed');

    const found = await json<Diagnosis>('doctor');
    expect(found.healthy).toBe(true);
    expect(stateOf(found, 'generation')).toEqual(['ok', null]);
    expect(stateOf(found, 'training')).toEqual(['ok', null]);
    const catalogue = found.findings.find(({ id }) => id === 'catalogue');
    expect(catalogue?.value).toMatchObject({ products });

    const [, firstRow = ''] = readFileSync(feedPath, 'utf8').split('\n');
    const offer = firstRow.split(',')[0] ?? '';
    const { results } = await json<{ results: unknown[] }>('similar', offer, '--count', '3', '--category', 'any');
    expect(results.length).toBeGreaterThan(0);
  });
});

interface Diagnosis {
  healthy: boolean;
  findings: { id: string; state: string; remedy: string | null; value: unknown }[];
}

function stateOf({ findings }: Diagnosis, id: string): [string, string | null] {
  const finding = findings.find((candidate) => candidate.id === id);
  return [finding?.state ?? 'absent', finding?.remedy ?? null];
}
