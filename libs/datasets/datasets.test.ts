import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { featureWidth, Random, type ImageId, type ProductId, type StyleId, viewIdOf } from '#foundation';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assignSplit,
  buildSnapshot,
  cachedViews,
  parseTrainerLine,
  readSnapshot,
  singlePhotos,
  writeSnapshot,
  type Snapshot,
  type SnapshotPhoto,
  type TrainerMessage,
} from './index.js';

/** Not that of the graph Weft comes with: nothing here may depend on it. */
const layout = { shape: 20, colour: 7 };
const WIDTH = featureWidth(layout);

type Row = Omit<SnapshotPhoto, 'split'>;

function row(styleId: string, productId: string, imageId: string): Row {
  return {
    styleId: styleId as StyleId,
    productId: productId as ProductId,
    imageId: imageId as ImageId,
    category: 'Tops',
    gender: null,
    colour: 'blue',
  };
}

/** Features and Lab that are recognisable by image, so that a wrong order shows. */
function numbersOf(rows: readonly Row[]): { features: Float32Array; lab: Float32Array } {
  const features = new Float32Array(rows.length * WIDTH);
  const lab = new Float32Array(rows.length * 3);
  rows.forEach(({ imageId }, at) => {
    const random = new Random(imageId.length * 1000 + imageId.charCodeAt(imageId.length - 1));
    for (let i = 0; i < WIDTH; i += 1) features[at * WIDTH + i] = random.next();
    for (let i = 0; i < 3; i += 1) lab[at * 3 + i] = random.between(-50, 50);
  });
  return { features, lab };
}

function snapshotOf(rows: readonly Row[]): Snapshot {
  return buildSnapshot({ photos: rows, ...numbersOf(rows), extractorId: 'e'.repeat(16), layout, salt: 'salt' });
}

const rows = [
  row('s2', 's2--red', 'image-c'),
  row('s1', 's1--red', 'image-a'),
  row('s1', 's1--blue', 'image-b'),
  row('s1', 's1--red', 'image-d'),
];

describe('assignSplit', () => {
  it('holds out a fifth of the styles and takes a fifth of the rest for validation', () => {
    const count = { train: 0, validation: 0, holdout: 0 };
    for (let style = 0; style < 20_000; style += 1) count[assignSplit(`style-${style}`, 'salt')] += 1;
    expect(count.holdout / 20_000).toBeCloseTo(0.2, 1);
    expect(count.validation / 20_000).toBeCloseTo(0.8 * 0.2, 1);
    expect(count.train / 20_000).toBeCloseTo(0.8 * 0.8, 1);
  });

  it('depends on style and salt only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (style, salt) => {
        expect(assignSplit(style, salt)).toBe(assignSplit(style, salt));
      }),
    );
    const under = (salt: string) => Array.from({ length: 50 }, (_, style) => assignSplit(`${style}`, salt));
    expect(under('one')).not.toEqual(under('two'));
  });
});

describe('buildSnapshot', () => {
  it('gives the same snapshot whatever order the catalogue answers in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(snapshotOf(shuffled)).toEqual(snapshotOf(rows));
      }),
      { numRuns: 10 },
    );
  });

  it('keeps every row of numbers beside its photo', () => {
    const snapshot = snapshotOf(rows);
    expect(snapshot.photos.map(({ imageId }) => imageId)).toEqual(['image-b', 'image-a', 'image-d', 'image-c']);
    snapshot.photos.forEach((photo, at) => {
      const own = numbersOf([photo]);
      expect(snapshot.features.subarray(at * WIDTH, (at + 1) * WIDTH)).toEqual(own.features);
      expect(snapshot.lab.subarray(at * 3, at * 3 + 3)).toEqual(own.lab);
    });
  });

  it('keeps a photo that a product names twice once', () => {
    expect(snapshotOf([...rows, ...rows])).toEqual(snapshotOf(rows));
  });

  it('leaves out and counts photos that several styles claim', () => {
    const snapshot = snapshotOf([...rows, row('s3', 's3', 'image-a')]);
    expect(snapshot.photos.map(({ imageId }) => imageId)).not.toContain('image-a');
    expect(snapshot.contradictions).toBe(2);
  });

  it('keeps a photo that two colourways of one style share', () => {
    const snapshot = snapshotOf([...rows, row('s1', 's1--green', 'image-a')]);
    expect(snapshot.photos.filter(({ imageId }) => imageId === 'image-a')).toHaveLength(2);
  });

  it('changes its hash with any number, label or salt', () => {
    const { hash } = snapshotOf(rows);
    const numbers = numbersOf(rows);
    numbers.lab[0] = 99;
    expect(
      buildSnapshot({ photos: rows, ...numbers, extractorId: 'e'.repeat(16), layout, salt: 'salt' }).hash,
    ).not.toBe(hash);
    expect(
      buildSnapshot({ photos: rows, ...numbersOf(rows), extractorId: 'e'.repeat(16), layout, salt: 'other' }).hash,
    ).not.toBe(hash);
    expect(snapshotOf(rows.map((photo) => ({ ...photo, colour: null }))).hash).not.toBe(hash);
  });

  it('refuses numbers that do not fit the photos', () => {
    expect(() =>
      buildSnapshot({
        photos: rows,
        features: new Float32Array(1),
        lab: new Float32Array(12),
        extractorId: 'e',
        layout,
        salt: '',
      }),
    ).toThrow('features');
  });
});

describe('augmented views', () => {
  const idOf = (photos: readonly Row[]) => singlePhotos(photos, 'salt');

  it('are wanted of photos that are all that their product has, outside the hold-out', () => {
    const styles = Array.from({ length: 40 }, (_, style) => `s${style}`);
    const held = styles.find((style) => assignSplit(style, 'salt') === 'holdout') ?? '';
    const [one = '', two = ''] = styles.filter((style) => assignSplit(style, 'salt') !== 'holdout');
    expect(
      idOf([
        row(held, `${held}--red`, 'of the hold-out'),
        row(one, `${one}--red`, 'front'),
        row(one, `${one}--red`, 'back'),
        row(one, `${one}--blue`, 'single'),
        row(two, `${two}--red`, 'twice'),
        row(two, `${two}--red`, 'twice'),
      ]),
    ).toEqual(['single', 'twice']);
  });

  it('are those that the cache holds, in shape alone', async () => {
    const photos = ['a', 'b', 'c'].map((name) => row('s1', `s1--${name}`, name));
    const known = new Map(['a', 'c'].map((name, at) => [viewIdOf(name as ImageId), at]));
    const cache = {
      layout,
      has: (id: ImageId) => known.has(id),
      // The one of c turns out to be damaged.
      readMany: async (ids: readonly ImageId[]) => ({
        features: Float32Array.from({ length: WIDTH }, (_, at) => at),
        lab: new Float32Array(3),
        missing: ids.filter((id) => known.get(id) === 1),
      }),
    };
    const views = await cachedViews(photos, 'salt', cache);
    expect(views).toEqual({ photos: ['a'], shape: Float32Array.from({ length: 20 }, (_, at) => at) });
  });

  const numbers = { extractorId: 'e'.repeat(16), layout, salt: 'salt' };
  const views = { photos: ['image-b', 'image-c'] as ImageId[], shape: new Float32Array(40).map((_, at) => at) };

  it('are part of a snapshot, its hash and its files; those of photos that are left out are left out', async () => {
    const built = buildSnapshot({ photos: rows, ...numbersOf(rows), ...numbers, views });
    expect(built.views).toEqual(views);
    expect(built.hash).not.toBe(snapshotOf(rows).hash);
    const shape = views.shape.map((value) => value + 1);
    const others = buildSnapshot({ photos: rows, ...numbersOf(rows), ...numbers, views: { ...views, shape } });
    expect(others.hash).not.toBe(built.hash);
    const contested = [...rows, row('s3', 's3--red', 'image-b')];
    expect(buildSnapshot({ photos: contested, ...numbersOf(contested), ...numbers, views }).views).toEqual({
      photos: ['image-c'],
      shape: views.shape.slice(20),
    });
    const directory = await mkdtemp(join(tmpdir(), 'weft-snapshot-'));
    await writeSnapshot(directory, built);
    expect(await readSnapshot(directory)).toEqual(built);
    await rm(directory, { recursive: true });
  });

  it('are as wide as the shape of features', () => {
    const odd = { ...views, shape: new Float32Array(39) };
    expect(() => buildSnapshot({ photos: rows, ...numbersOf(rows), ...numbers, views: odd })).toThrow('views');
  });
});

describe('snapshot files', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-snapshot-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('come back as they were written', async () => {
    const snapshot = snapshotOf(rows);
    await writeSnapshot(join(directory, 'one'), snapshot);
    expect(await readSnapshot(join(directory, 'one'))).toEqual(snapshot);
  });

  it('are refused once altered', async () => {
    const altered = join(directory, 'altered');
    await writeSnapshot(altered, snapshotOf(rows));
    const document = await readFile(join(altered, 'snapshot.json'), 'utf8');
    await writeFile(join(altered, 'snapshot.json'), document.replace('"blue"', '"grey"'));
    await expect(readSnapshot(altered)).rejects.toMatchObject({ code: 'snapshot-unreadable' });
  });

  it('are refused when missing', async () => {
    await expect(readSnapshot(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'snapshot-unreadable' });
  });
});

describe('parseTrainerLine', () => {
  const message: TrainerMessage = {
    type: 'progress',
    step: 20,
    steps: 300,
    pass: 1,
    passes: 2,
    loss: 0.5,
    activeShare: 0.25,
    realPositiveShare: 0.75,
    validation: { sameProduct: 0.5, sameStyle: 0.75, sameStyleOtherColour: null, criterion: 0.625 },
    secondsLeft: 1.5,
    secondsExpected: 40,
    message: 'Training, step 20 of 300.',
  };

  it('reads back every message', () => {
    expect(parseTrainerLine(JSON.stringify(message))).toEqual(message);
  });

  it('ignores what is not a message', () => {
    expect(parseTrainerLine('2026-11-24 native library says hello')).toBeNull();
    expect(parseTrainerLine('{"type":"progress"}')).toBeNull();
    expect(parseTrainerLine('{')).toBeNull();
  });
});
