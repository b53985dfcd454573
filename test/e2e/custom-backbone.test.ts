import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { drawCatalogue } from '#drawn-catalogue';
import { ModelBundle } from '#embedder';
import { DEFAULT_LAYOUT } from '#foundation';
import { whenServersEnd } from '#provision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryHome } from '../support/servers.js';
import { smallBackbone } from '../support/small-backbone.js';
import { weft } from '../support/weft.js';

/** A backbone that a person brings, from its file to answers, through the commands that they type. */
describe('a brought backbone', { timeout: 300_000 }, () => {
  const home = temporaryHome();
  const elsewhere = temporaryHome();
  const env: Record<string, string> = { WEFT_HOME: home, WEFT_LOG_LEVEL: 'error' };
  /** A size of its own, which no picture of Weft has. */
  const SIZE = 96;
  const SETTINGS = ['--input-size', String(SIZE), '--mean', '0.485,0.456,0.406', '--std', '0.229,0.224,0.225'];
  let feed: string;
  let rows: string[];
  let custom: string;

  async function json<T>(...args: string[]): Promise<T> {
    const outcome = await weft([...args, '--json'], env);
    expect(outcome.exitCode, outcome.stderr + outcome.stdout).toBe(0);
    return JSON.parse(outcome.stdout) as T;
  }

  async function refusal(...args: string[]): Promise<{ code: string; message: string; remedy: string | null }> {
    const outcome = await weft([...args, '--json'], env);
    expect(outcome.exitCode).toBe(1);
    return (JSON.parse(outcome.stdout) as { error: { code: string; message: string; remedy: string | null } }).error;
  }

  const offersIn = (lines: string[]) => lines.map((row) => row.split(',')[0] ?? '');
  const lastOffer = () => offersIn(rows).at(-1) ?? '';

  beforeAll(async () => {
    const drawn = await drawCatalogue({ directory: join(elsewhere, 'shop'), products: 48 });
    feed = drawn.feedPath;
    const [header = '', ...all] = readFileSync(feed, 'utf8').trimEnd().split('\n');
    rows = all;
    // The last style comes later.
    const style = lastOffer().split('-').slice(0, 2).join('-');
    writeFileSync(feed, [header, ...all.filter((row) => !row.startsWith(style)), ''].join('\n'));
    await json('import', feed);
    writeFileSync(feed, [header, ...all, ''].join('\n'));
    writeFileSync(join(elsewhere, 'mine.onnx'), smallBackbone({ size: SIZE, pooled: false }));
  }, 300_000);

  afterAll(async () => {
    await whenServersEnd({ ...loadConfig(), home, databaseUrl: null, redisUrl: null });
    for (const directory of [home, elsewhere]) rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  it('is tried and kept under its name', async () => {
    const added = await json<Kept>('backbone', 'add', 'mine', '--onnx', join(elsewhere, 'mine.onnx'), ...SETTINGS);
    expect(added).toMatchObject({ name: 'mine', layout: { shape: 32 }, settings: { inputSize: SIZE } });
    expect(await json('backbone', 'list')).toEqual({ backbones: [added] });
  });

  it('is named in full, or not at all', async () => {
    expect((await refusal('train', '--recipe', 'custom', '--backbone', '../mine')).message).toContain('a-z, 0-9 and -');
    expect((await refusal('train', '--recipe', 'custom')).message).toContain('backbone must be named');
    expect(await refusal('train', '--recipe', 'custom', '--backbone', 'none')).toMatchObject({
      code: 'backbone-unknown',
      remedy: expect.stringContaining('Known: mine') as string,
    });
  });

  it('carries heads: features of its own, a model, and answers', async () => {
    const trained = await json<{ version: string; photosWithoutFeatures: number }>(
      ...['train', '--recipe', 'custom', '--backbone', 'mine', '--steps', '40'],
    );
    custom = trained.version;
    expect(trained.photosWithoutFeatures).toBe(0);
    const bundle = await ModelBundle.open(join(home, 'models', custom));
    const { layout, preprocessing, settings } = bundle.manifest;
    await bundle.close();
    expect(layout).toEqual({ shape: 32, colour: DEFAULT_LAYOUT.colour });
    expect(preprocessing).toBe(`contain-white-${SIZE}-v1`);
    expect(settings).toMatchObject({ recipe: 'custom', backbone: 'mine' });
    expect(await json('embed')).toMatchObject({ modelVersion: custom, state: 'active' });
    const [known = ''] = offersIn(rows);
    expect((await json<Answer>('similar', known, '--category', 'any')).results.length).toBeGreaterThan(0);
    expect((await json<{ model: string }>('evaluate', '--model', custom)).model).toBe(custom);
    expect((await json<{ model: string }>('evaluate', '--feed', feed)).model).toBe(custom);
  });

  it('stands beside models of the other extractor; each gets the products that came later', async () => {
    const other = await json<{ version: string }>('train', '--steps', '40');
    await json('import', feed);
    const ofOther = await json<Embedded>('embed');
    expect(ofOther).toMatchObject({ modelVersion: other.version, state: 'ready' });
    // The import brought what came later into the active generation, by the brought backbone.
    expect((await json<Answer>('similar', lastOffer())).results.length).toBeGreaterThan(0);
    const ofCustom = await json<Embedded>('embed', '--model', custom);
    expect(ofCustom).toMatchObject({ state: 'active', products: ofOther.products, images: ofOther.images });
    expect((await json<Answer>('similar', lastOffer())).results.length).toBeGreaterThan(0);
    await json('promote', String(ofOther.generation));
    expect((await json<Answer>('similar', lastOffer())).results.length).toBeGreaterThan(0);
    await json('promote', String(ofCustom.generation));
  });

  it('is kept while a model stands on it, by gc and by hand, and is in the backup', async () => {
    const before = await json('backbone', 'list');
    await json('gc', '--keep-models', '0');
    expect(await json('backbone', 'list')).toEqual(before);
    expect(await refusal('backbone', 'remove', 'mine')).toMatchObject({ code: 'backbone-used' });
    const backup = await json<{ files: Record<string, number> }>('backup', join(elsewhere, 'backup.tar'));
    expect(backup.files['backbones']).toBe(2);
  });

  it('that was altered since is not run', async () => {
    const [{ extractorId } = { extractorId: '' }] = (await json<{ backbones: Kept[] }>('backbone', 'list')).backbones;
    const path = join(home, 'backbones', extractorId, 'features.onnx');
    const graph = readFileSync(path);
    writeFileSync(
      path,
      graph.map((byte, at) => (at === graph.length - 40 ? byte ^ 1 : byte)),
    );
    expect((await refusal('embed', '--model', custom)).code).toBe('backbone-damaged');
    expect((await refusal('backbone', 'check', 'mine')).code).toBe('backbone-damaged');
  });
});

interface Kept {
  name: string;
  extractorId: string;
}
interface Answer {
  results: unknown[];
}
interface Embedded {
  generation: number;
  products: number;
  images: number;
}
