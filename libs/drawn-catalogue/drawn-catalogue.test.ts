import { mkdtemp, readdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Progress } from '#foundation';
import { decodeCanonical, readImageFile } from '#imaging';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedLine } from './feed.js';
import { planCatalogue } from './plan.js';
import { drawCatalogue, type DrawnCatalogue } from './index.js';

let directory: string;
let drawn: DrawnCatalogue;
const progress: Progress[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-drawn-'));
  drawn = await drawCatalogue({
    directory: join(directory, 'one'),
    seed: 7,
    products: 40,
    report: (step) => progress.push(step),
  });
});
afterAll(() => rm(directory, { recursive: true }));

type Row = Record<string, string>;
const rowsOf = (csv: string): Row[] => parse(csv, { columns: true });
const imagesOf = (row: Row): string[] =>
  [row['image_link'], ...(row['additional_image_link'] ?? '').split(',')].filter((link): link is string => !!link);

function grouped(rows: Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

const productOf = (row: Row): string => `${row['item_group_id']} ${row['color']}`;

describe('the plan of the full catalogue', () => {
  const plan = [...planCatalogue({ seed: 1, products: 320 })];
  const photos = plan.flatMap((product) => product.photos);
  const rows: Row[] = plan.flatMap((product) => product.offers);
  const products = grouped(rows, productOf);

  it('has styles of three to five colours', () => {
    const styles = grouped(
      [...products.values()].map((offers) => offers[0] ?? {}),
      (row) => row['item_group_id'] ?? '',
    );
    expect(products.size).toBe(320);
    for (const colours of [...styles.values()].slice(0, -1)) {
      expect(colours.length).toBeGreaterThanOrEqual(3);
      expect(colours.length).toBeLessThanOrEqual(5);
    }
  });

  it('has three to six sizes a product or one, each once and as an offer of its own', () => {
    for (const offers of products.values()) {
      expect(offers.length).toBeGreaterThanOrEqual(offers[0]?.['size'] === 'One size' ? 1 : 3);
      expect(offers.length).toBeLessThanOrEqual(6);
      expect(new Set(offers.map((offer) => offer['size'])).size).toBe(offers.length);
    }
    expect(new Set(rows.map((row) => row['id'])).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(900);
  });

  it('gives about 60 % of the products one photo and the others two or three', () => {
    const counts = [...products.values()].map((offers) => imagesOf(offers[0] ?? {}).length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
    const single = counts.filter((count) => count === 1).length / counts.length;
    expect(single).toBeGreaterThan(0.52);
    expect(single).toBeLessThan(0.68);
    expect(photos).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
  });

  it('names the same photos in every size of a product, and no photo twice', () => {
    for (const offers of products.values()) {
      expect(new Set(offers.map((offer) => imagesOf(offer).join())).size).toBe(1);
    }
    expect(new Set(photos.map((photo) => photo.path)).size).toBe(photos.length);
  });

  it('says in every row that it is drawn', () => {
    for (const row of rows) {
      for (const column of ['brand', 'title', 'description']) expect(row[column]).toMatch(/drawn/i);
    }
  });

  it('has sales, offers out of stock, all genders, several brands and categories', () => {
    const values = (column: string): Set<string | undefined> => new Set(rows.map((row) => row[column]));
    expect(values('availability')).toEqual(new Set(['in_stock', 'out_of_stock']));
    expect(values('gender')).toEqual(new Set(['female', 'male', 'unisex']));
    expect(values('brand').size).toBe(3);
    expect(values('product_type').size).toBeGreaterThan(10);
    const onSale = rows.filter((row) => row['sale_price'] !== '');
    expect(onSale.length).toBeGreaterThan(50);
    for (const row of onSale) expect(parseFloat(row['sale_price'] ?? '')).toBeLessThan(parseFloat(row['price'] ?? ''));
  });

  it('sells colours of one name in several styles, so that colour alone names no product', () => {
    const stylesOfColour = grouped(
      [...products.values()].map((offers) => offers[0] ?? {}),
      (row) => row['color'] ?? '',
    );
    const shared = [...stylesOfColour.values()].filter((styles) => styles.length > 2);
    expect(shared.length).toBeGreaterThan(stylesOfColour.size / 2);
  });

  it('is the same text for the same seed and another for another', () => {
    const textOf = (products: typeof plan): string => products.flatMap(({ offers }) => offers.map(feedLine)).join('');
    expect(textOf([...planCatalogue({ seed: 1, products: 320 })])).toEqual(textOf(plan));
    expect(textOf([...planCatalogue({ seed: 2, products: 320 })])).not.toEqual(textOf(plan));
  });

  it('is the beginning of every larger one', () => {
    const paths = (products: number) =>
      [...planCatalogue({ seed: 1, products })].flatMap((product) => product.photos.map((photo) => photo.path));
    expect(paths(20_000).slice(0, photos.length)).toEqual(paths(320));
  });
});

describe('drawCatalogue', () => {
  it('counts what it wrote', async () => {
    const rows = rowsOf(await readFile(drawn.feedPath, 'utf8'));
    expect(drawn).toEqual({
      feedPath: join(directory, 'one', 'feed.csv'),
      styles: new Set(rows.map((row) => row['item_group_id'])).size,
      products: new Set(rows.map(productOf)).size,
      offers: rows.length,
      images: (await readdir(join(directory, 'one', 'images'))).length,
      kept: 0,
    });
  });

  it('writes every photo that the feed names, as a JPEG of 400 x 480 that decodes', async () => {
    const root = dirname(drawn.feedPath);
    const links = new Set(rowsOf(await readFile(drawn.feedPath, 'utf8')).flatMap(imagesOf));
    expect(links.size).toBe(drawn.images);
    const ids = new Set<string>();
    for (const link of links) {
      const image = await decodeCanonical(await readImageFile(join(root, link), { root }));
      expect([image.width, image.height]).toEqual([400, 480]);
      ids.add(image.imageId);
    }
    expect(ids.size).toBe(links.size);
  });

  it('writes the same bytes for the same seed', async () => {
    const again = await drawCatalogue({ directory: join(directory, 'two'), seed: 7, products: 40 });
    expect(await readFile(again.feedPath)).toEqual(await readFile(drawn.feedPath));
    for (const name of await readdir(join(directory, 'one', 'images'))) {
      const [one, two] = await Promise.all(
        ['one', 'two'].map((copy) => readFile(join(directory, copy, 'images', name))),
      );
      expect(two?.equals(one ?? Buffer.alloc(0)), name).toBe(true);
    }
  });

  it('reports progress that never falls and ends at one', () => {
    const fractions = progress.map((step) => step.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toHaveLength(drawn.products);
  });

  it('goes on where it was ended, and draws anew for another seed', async () => {
    const copy = join(directory, 'again');
    const first = await drawCatalogue({ directory: copy, seed: 7, products: 6 });
    const [one = '', two = ''] = await readdir(join(copy, 'images'));
    await unlink(join(copy, 'images', one));
    await unlink(first.feedPath);
    await utimes(join(copy, 'images', two), 1, 1);
    const second = await drawCatalogue({ directory: copy, seed: 7, products: 6 });
    expect(second).toEqual({ ...first, kept: first.images - 1 });
    expect((await stat(join(copy, 'images', two))).mtimeMs).toBe(1000);
    expect((await drawCatalogue({ directory: copy, seed: 8, products: 6 })).kept).toBe(0);
  });

  it('says that nothing can be drawn below /proc', async () => {
    const nowhere = drawCatalogue({ directory: '/proc/weft/drawn', products: 1 });
    await expect(nowhere).rejects.toMatchObject({ code: 'drawing-unwritable' });
  });

  it('says where it cannot write', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    await expect(drawCatalogue({ directory: file, products: 1 })).rejects.toMatchObject({ code: 'drawing-unwritable' });
  });
});
