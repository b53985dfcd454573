import { createHash } from 'node:crypto';
import { cardSource, type TestedCard } from '../../test/support/card-source.js';
import type { SnapshotPhoto, TrainingMetrics } from '#datasets';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CardSource } from './card-source.js';
import { drawModelCard } from './draw-model-card.js';

/** Text of a page without its markup and styles. */
function textOf(page: string): string {
  return page
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');
}

/** The part of a page under one heading of the contents. */
function section(page: string, id: string): string {
  return new RegExp(`<section id="${id}"[^]*?</section>`).exec(page)?.[0] ?? '';
}

/** Cells of every row of a section's tables. */
function rowsOf(part: string): string[][] {
  return [...part.matchAll(/<tr[^]*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) => textOf(cell ?? '').trim()),
  );
}

/** Elements that are never closed, and those that are closed in another order than they were opened. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, close, name = '', rest = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (rest.endsWith('/')) continue;
    if (close === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

describe('drawModelCard', () => {
  let tested: TestedCard;
  let page: string;
  const withMetrics = (changes: Partial<TrainingMetrics>): CardSource => ({
    ...tested.source,
    manifest: { ...tested.source.manifest, metrics: { ...tested.metrics, ...changes } },
  });

  beforeAll(async () => {
    tested = await cardSource();
    page = await drawModelCard(tested.source);
  });

  it('has its parts in their order, each named in the contents', () => {
    const parts = [...page.matchAll(/<section id="([\w-]+)"[^]*?<h2[^>]*>([^<]*)</g)].map(([, id, name]) => [
      id,
      name?.trim(),
    ]);
    expect(parts).toEqual([
      ['quality', 'How good it is'],
      ['neighbours', 'Nearest neighbours'],
      ['categories', 'By category'],
      ['dial', 'The dial'],
      ['calibration', 'Calibration'],
      ['map', 'Map of the embedding'],
      ['training', 'Training'],
      ['data', 'Data and split'],
      ['limits', 'Use and limits'],
      ['repeat', 'Repeating the run'],
    ]);
    for (const [id] of parts) expect(page).toContain(`href="#${id}"`);
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(unbalanced(page)).toEqual([]);
    expect(unbalanced('<p><b></p></b><br /><i>')).toEqual(['p', 'b', 'i']);
  });

  it('shows what was mined offline, the hardest triplets with their photos', async () => {
    const photo = (row: number) => tested.source.snapshot.photos[row] as SnapshotPhoto;
    const line = { anchor: photo(0), positive: photo(1), negative: photo(8), toPositive: 0.75, toNegative: 0.25 };
    const epoch = { pass: 'judge', attempt: 1, space: 'joinedStyle', triplets: 40, easy: 0 } as const;
    const mining: TrainingMetrics['mining'] = {
      epochs: [
        { ...epoch, step: 0, hard: 30, semiHard: 10 },
        { ...epoch, step: 50, hard: 20, semiHard: 20 },
        { ...epoch, step: 100, hard: 10, semiHard: 30 },
      ],
      hardest: [{ ...line, space: 'joinedStyle' }],
    };
    expect(page).not.toContain('Mined triplets');
    const drawn = await drawModelCard(withMetrics({ mining }));
    expect(unbalanced(drawn)).toEqual([]);
    const part = section(drawn, 'hardest');
    expect(rowsOf(part).slice(1)).toEqual([
      ['Both, by style', 'judging', '0', '40', '75 %', '25 %', '0 %'],
      ['Both, by style', 'judging', '100', '40', '25 %', '75 %', '0 %'],
    ]);
    for (const { productId } of [photo(0), photo(1), photo(8)]) expect(part).toContain(`Title of ${productId}`);
    expect(part.match(/data:image/g)).toHaveLength(3);
    expect(textOf(part)).toMatch(/positive: one style 0\.75, .* negative 0\.25, /);
  });

  it('needs nothing beside itself, and says so to the browser', () => {
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`style-src &#39;sha256-${hash}&#39;`);
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toMatch(/<script|<link|<iframe|\sstyle=|\son\w+=/);
    for (const [, address] of page.matchAll(/\s(?:src|href)="([^"]*)"/g))
      expect(address).toMatch(/^(#|data:image\/webp)/);
    expect(page.length).toBeLessThan(5e6);
  });

  it('shows the very figures of the training', () => {
    const quality = section(page, 'quality');
    const { holdout, sweep, categories, counts } = tested.metrics;
    const models = [
      ['histogram', 'Colour histogram'],
      ['backbone', 'Backbone, frozen'],
      ['untrained', 'Both parts, untrained heads'],
      ['trained', 'This model, as served'],
    ] as const;
    const tasks = [
      ['sameProduct', 'Same product'],
      ['sameStyle', 'Same style'],
      ['sameStyleOtherColour', 'Same style, other colour'],
    ] as const;
    const rows = rowsOf(quality);
    for (const [key, model] of models) {
      for (const [task, name] of tasks) {
        const figures = holdout?.[key][task];
        expect(figures).toBeDefined();
        expect(rows).toContainEqual([
          ...[name, model, String(figures?.queries), figures?.hitRateAt1.toFixed(3)],
          `${figures?.interval95[0].toFixed(2)} to ${figures?.interval95[1].toFixed(2)}`,
          ...[figures?.hitRateAt5.toFixed(3), figures?.mapAtR.toFixed(3)],
        ]);
      }
    }
    const dial = rowsOf(section(page, 'dial'));
    for (const report of sweep ?? []) {
      expect(dial).toContainEqual([
        String(report.dial),
        ...tasks.map(([task]) => report[task]?.hitRateAt1.toFixed(3)),
        report.otherStyles?.colourDifferenceAt10.toFixed(1),
      ]);
    }
    const byCategory = rowsOf(section(page, 'categories'));
    for (const { category, photos, sameStyle } of categories ?? []) {
      const [, shown, , style] = byCategory.find(([name]) => name === category) ?? [];
      expect(shown).toBe(String(photos));
      expect(style).toContain(`${sameStyle?.hitRateAt1.toFixed(3)} `);
      expect(style).toContain(`${sameStyle?.queries} of ${sameStyle?.styles} style`);
    }
    const data = rowsOf(section(page, 'data'));
    for (const [split, name] of [
      ['train', 'Training'],
      ['validation', 'Validation'],
      ['holdout', 'Hold-out'],
    ] as const) {
      const { styles, products, photos } = counts[split];
      expect(data.map((row) => row.slice(0, 4))).toContainEqual([name, ...[styles, products, photos].map(String)]);
    }
    const [tile] = /<ul class="tiles"[^]*?<\/ul>/.exec(page) ?? [''];
    for (const [task] of tasks) expect(textOf(tile)).toContain(holdout?.trained[task]?.hitRateAt1.toFixed(2));
  });

  it('draws the reliability that was measured', () => {
    const part = section(page, 'calibration');
    const found = tested.metrics.matching?.holdout?.verification.reliability;
    expect(found?.bins).toHaveLength(10);
    for (const { from, to, pairs, stated, observed } of found?.bins ?? []) {
      expect(rowsOf(part)).toContainEqual([
        ...[`${from.toFixed(1)} to ${to.toFixed(1)}`, String(pairs)],
        ...[stated, observed].map((value) => value?.toFixed(3) ?? '–'),
      ]);
    }
    expect(textOf(part)).toContain(`Expected calibration error ${found?.ece.toFixed(3)}`);
    expect(part.match(/class="mark/g)).toHaveLength(found?.bins.filter(({ pairs }) => pairs > 0).length ?? 0);
  });

  it('draws both passes, and the dial, as lines', () => {
    const traces = (id: string) => section(page, id).match(/<path class="trace s\d" d="M[\d.,LZ]+"/g)?.length;
    expect([traces('training'), traces('dial')]).toEqual([7, 4]);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('shows photos with their answers, each said to be right or wrong, and the same photos on both maps', () => {
    const sheets = section(page, 'neighbours');
    const strips = sheets.match(/<ol class="strip"/g)?.length ?? 0;
    // Six by chance, and some that missed.
    expect(strips).toBeGreaterThan(6);
    expect(sheets.match(/<img /g)).toHaveLength(6 * strips);
    expect(sheets.match(/✓ same|✗ another style/g)).toHaveLength(5 * strips);
    // Every photo is named by its product's id, with which it is found in the feed.
    expect(sheets.match(/<code>p[^<]+<\/code>/g)).toHaveLength(6 * strips);
    expect(sheets.match(/alt=""/g)).toBeNull();
    const used = [...section(page, 'map').matchAll(/<use href="#photo-(\d+)"/g)].map(([, at]) => at);
    const half = used.length / 2;
    expect(used.slice(0, half)).toEqual(used.slice(half));
    expect(half).toBe(tested.metrics.counts.holdout.photos);
  });

  it('is the same page for the same model', async () => {
    expect(await drawModelCard(tested.source)).toBe(page);
  });

  it('lets no title, category, product or feed become markup', async () => {
    const hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';
    const { source } = tested;
    const other = await cardSource({ categories: [hostile, `${hostile} > ${hostile}`] });
    const attacked = await drawModelCard({
      ...source,
      snapshot: { ...other.source.snapshot, hash: source.snapshot.hash },
      titles: async (ids) => new Map(ids.map((id) => [id, hostile])),
      feed: `/feeds/${hostile}.csv`,
      manifest: {
        ...source.manifest,
        reason: hostile,
        metrics: { ...tested.metrics, categories: other.metrics.categories },
      },
    });
    expect(attacked).not.toMatch(/<script|<img src=x|onerror=alert\(1\)>/);
    expect(textOf(attacked)).toContain(hostile);
    expect(unbalanced(attacked)).toEqual([]);
  });

  it('keeps the address of a feed, and nothing in it that opens doors', async () => {
    const feed = 'https://user:secret@shop.example/feed.csv?token=secret';
    const shown = await drawModelCard({ ...tested.source, feed });
    expect(shown).toContain('https://shop.example/feed.csv');
    expect(shown).not.toContain('secret');
  });

  it('is drawn where photos are gone, and counts them', async () => {
    const gone = await drawModelCard({ ...tested.source, readPhoto: () => Promise.reject(new Error('no such file')) });
    expect(gone).not.toContain('<img');
    expect(textOf(gone)).toMatch(/\d+ photos of this page cannot be shown/);
    const [first] = tested.files.keys();
    const one = await drawModelCard({
      ...tested.source,
      // Another photo under the id of the first: not what an import has decoded.
      readPhoto: async (id) => (id === first ? new Uint8Array([1, 2, 3]) : (tested.files.get(id) ?? null)),
    });
    expect(one).toContain('<img');
  });

  it('says that nothing was held out, and shows no figure of quality', async () => {
    const { source } = tested;
    const photos = source.snapshot.photos.map((photo) => ({ ...photo, split: 'train' as const }));
    const nothing = await drawModelCard({
      ...withMetrics({ holdout: null, sweep: null, categories: null, matching: null, trainedMinusUntrained: null }),
      snapshot: { ...source.snapshot, photos },
    });
    expect(textOf(section(nothing, 'quality'))).toContain('No style was held out');
    expect(nothing).not.toContain('class="tiles"');
    for (const id of ['dial', 'categories', 'calibration', 'neighbours', 'map']) {
      expect(rowsOf(section(nothing, id))).toEqual([]);
      expect(section(nothing, id)).toContain('class="note"');
    }
    expect(unbalanced(nothing)).toEqual([]);
  });

  it('gives the verdict of untrained heads, with no curves where nothing was trained', async () => {
    const { manifest, ...rest } = withMetrics({ curve: [], refitCurve: [], validation: null });
    const reason = 'Not enough data: 2 training styles have two photos, 5 are needed.';
    const untrained = await drawModelCard({ ...rest, manifest: { ...manifest, headsChosen: 'untrained', reason } });
    expect(textOf(untrained)).toContain(`${reason} Trained on 2026-11-24; the untrained heads are served.`);
    expect(section(untrained, 'training')).not.toContain('<svg');
    expect(textOf(section(untrained, 'training'))).toContain('Nothing was trained');
    expect(textOf(section(untrained, 'limits'))).toContain('nothing was learned');
  });

  it('is whole with one category, and with a hold-out too small for a map', async () => {
    const one = await cardSource({ categories: ['Shoes'], styles: 9 });
    const holdout = one.metrics.counts.holdout.photos;
    expect(holdout).toBeGreaterThan(0);
    const small = await drawModelCard(one.source);
    expect(rowsOf(section(small, 'categories')).map(([name]) => name)).toEqual(['Category', 'Shoes']);
    expect(section(small, 'map').includes('<use')).toBe(holdout >= 12);
    expect(small).not.toMatch(/NaN|undefined/);
  });

  it('says where the catalogue has changed since, and where its features have', async () => {
    const { source } = tested;
    const changed = await drawModelCard({ ...source, snapshot: { ...source.snapshot, hash: '0'.repeat(64) } });
    expect(textOf(section(changed, 'data'))).toContain('The catalogue has changed since this model was trained');
    expect(textOf(page)).not.toContain('has changed since');
    const other = await drawModelCard({ ...source, snapshot: { ...source.snapshot, extractorId: 'f'.repeat(16) } });
    expect(section(other, 'neighbours')).toContain('class="note"');
  });
});
