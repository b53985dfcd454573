import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ImageId, type ProductId, Random } from '#foundation';
import { type IndexedPhoto, normaliseParts, type PhotoIndex, scaleQuery } from '#similarity';
import { photoId } from '../support/catalogue.js';
import { randomEmbedding } from './indexed-products.js';

/**
 * 300 photos in generations 1 and 2, with other embeddings in each: most are of one product, every fifth of two; every
 * tenth looks exactly like the one before it.
 */
export function indexedPhotos(seed: number): IndexedPhoto[] {
  const random = new Random(seed);
  return [1, 2].flatMap((generation) => {
    let embedding = randomEmbedding(random);
    return Array.from({ length: 300 }, (_, i): IndexedPhoto => {
      if (i % 10 !== 9) embedding = randomEmbedding(random);
      const products = [`product-${i % 120}`, ...(i % 5 === 0 ? [`product-${(i + 1) % 120}`] : [])] as ProductId[];
      return { generation, imageId: photoId(`photo ${i}`), products, embedding };
    });
  });
}

/** What every PhotoIndex promises. The photos are in generations 1 and 2; an index that assigns numbers itself makes them in this order. */
export function photoIndexConformance(name: string, makeIndex: (photos: IndexedPhoto[]) => Promise<PhotoIndex>): void {
  describe(`${name} as a PhotoIndex`, () => {
    const photos = indexedPhotos(20_261_125);
    const images = photos.slice(0, 300).map(({ imageId }) => imageId);
    let index: PhotoIndex;

    beforeAll(async () => {
      index = await makeIndex(photos);
    });

    it('finds the nearest of its generation, each once for every product that shows it', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.constantFrom(0, 0.3, 1),
          fc.constantFrom(1, 2),
          fc.integer({ min: 1, max: 400 }),
          async (seed, dial, generation, count) => {
            const query = scaleQuery(randomEmbedding(new Random(seed)), dial);
            const found = await index.nearestPhotos(generation, query, count);
            const expected = naiveNearest(photos, generation, query).slice(0, count);
            expect(found.map(({ imageId, productId }) => [imageId, productId])).toEqual(
              expected.map(({ imageId, productId }) => [imageId, productId]),
            );
            found.forEach(({ similarity }, at) => expect(similarity).toBeCloseTo(expected[at]?.similarity ?? NaN, 6));
          },
        ),
        { numRuns: 40 },
      );
    });

    it('orders photos that look the same by their ids', async () => {
      const twin = photos[8]?.embedding ?? new Float32Array();
      const [one, two] = await index.nearestPhotos(1, twin, 2);
      expect(one?.similarity).toBe(two?.similarity);
      expect(String(one?.imageId) < String(two?.imageId)).toBe(true);
    });

    it('gives all there are when more are asked for, as they were stored', async () => {
      const query = scaleQuery(randomEmbedding(new Random(2)), 0.1);
      const found = await index.nearestPhotos(1, query, 10_000);
      expect(found).toHaveLength(photos.slice(0, 300).reduce((sum, { products }) => sum + products.length, 0));
      const stored = new Map(photos.slice(0, 300).map(({ imageId, embedding }) => [imageId, embedding]));
      for (const { imageId, embedding } of found) expect(embedding).toEqual(stored.get(imageId));
    });

    it('answers a query of zeros', async () => {
      const found = await index.nearestPhotos(1, new Float32Array(128), 3);
      expect(found.map(({ similarity }) => similarity)).toEqual([0, 0, 0]);
      const pairs = photos.slice(0, 300).flatMap(({ imageId, products }) => products.map(() => imageId));
      expect(found.map(({ imageId }) => imageId)).toEqual(pairs.sort().slice(0, 3));
    });

    it('hands out embeddings by image, leaving out what has none', async () => {
      const wanted = photos.slice(300, 304);
      const ids = [...wanted.map(({ imageId }) => imageId), photoId('nobody')];
      const embeddings = await index.photoEmbeddings(2, ids);
      expect(embeddings).toEqual(new Map(wanted.map(({ imageId, embedding }) => [imageId, embedding])));
    });

    it('finds nothing in a generation that does not exist', async () => {
      expect(await index.nearestPhotos(99, normaliseParts(new Float32Array(128).fill(1)), 5)).toEqual([]);
      expect(await index.photoEmbeddings(99, images)).toEqual(new Map<ImageId, Float32Array>());
    });
  });
}

function naiveNearest(photos: IndexedPhoto[], generation: number, query: Float32Array) {
  const all: { imageId: ImageId; productId: ProductId; similarity: number }[] = [];
  for (const photo of photos) {
    if (photo.generation !== generation) continue;
    let similarity = 0;
    for (let d = 0; d < query.length; d += 1) similarity += query[d]! * photo.embedding[d]!;
    for (const productId of photo.products) all.push({ imageId: photo.imageId, productId, similarity });
  }
  const key = ({ imageId, productId }: (typeof all)[number]) => `${imageId} ${productId}`;
  return all.sort((a, b) => b.similarity - a.similarity || (key(a) < key(b) ? -1 : 1));
}
