import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type ImageId, type ModelVersion, sha256 } from '#foundation';
import { type Database, migrate, openDatabase } from '#persistence';
import { batchOf, newImport, offerOf, productOf, registerModel } from '../support/catalogue.js';
import { createTestDatabase, type TestConnection } from '../support/database.js';
import { embeddingAt } from '../support/products.js';
import { SERVED } from '../support/promotions.js';

/** Version of the model that embedded the shop. */
export const MODEL = '20261124-093000-1a2b3c4d';

/** [product, style, degrees of shape, degrees of colour, gender, category, price, in stock] */
const PRODUCTS = [
  ['coat', 'coats', 0, 0, 'female', 'Women > Coats', 100, true],
  ['coat--blue', 'coats', 0, 90, 'female', 'Women > Coats', 100, true],
  ['near-shape', 'a', 5, 100, 'female', 'Women > Coats', 80, true],
  ['near-colour', 'b', 100, 5, 'female', 'Women > Tops', 40, true],
  ['both', 'c', 20, 20, 'unisex', 'Women > Tops', 60, true],
  ['both--red', 'c', 20, 60, 'unisex', 'Women > Tops', 60, true],
  ['sold-out', 'd', 1, 1, 'female', 'Women > Tops', 20, false],
  ['for-men', 'e', 2, 2, 'male', 'Men > Coats', 90, true],
  ['dress', 'f', 200, 200, 'female', 'Women > Dresses', 70, true],
  ['like-dress', 'g', 210, 195, 'female', 'Women > Dresses', 75, true],
] as const;

/** A small shop with an active generation, in a database of its own. Ids of offers are `${product}/m` and `/l`. */
export interface ApiShop {
  connection: TestConnection;
  database: Database;
  /** A directory with photo.png, the photo of `coat`. */
  directory: string;
  /** Of photo.png. */
  photoId: ImageId;
  generation: number;
  close(): Promise<void>;
}

/** @param activate false: the generation is left ready */
export async function openApiShop({ activate = true } = {}): Promise<ApiShop> {
  const place = await createTestDatabase(migrate);
  const database = await openDatabase(place.connection);
  const directory = await mkdtemp(join(tmpdir(), 'weft-api-'));
  await mkdir(join(directory, 'feeds'));
  const photo = await sharp({ create: { width: 600, height: 800, channels: 3, background: '#a03020' } })
    .png()
    .toBuffer();
  await writeFile(join(directory, 'photo.png'), photo);
  const photoId = sha256(photo) as ImageId;

  const products = PRODUCTS.map(([id, style, , , gender, category]) =>
    id === 'coat'
      ? { ...productOf(id, style, [], { gender, category, title: 'A coat', colour: 'red' }), imageIds: [photoId] }
      : productOf(id, style, [id], { gender, category, brand: `Brand ${style}` }),
  );
  const unembedded = productOf('unembedded', 'h', ['unembedded'], { gender: 'female' });
  const offers = PRODUCTS.flatMap(([id, , , , , , price, inStock]) =>
    ['m', 'l'].map((size) =>
      offerOf(`${id}/${size}`, id, {
        ...{ size, price: size === 'm' ? price : price + 5, link: `https://shop.example/${id}?size=${size}` },
        salePrice: id === 'near-colour' ? 35 : null,
        attributes: { fit: id.startsWith('near') ? 'Slim' : 'regular' },
        availability: inStock ? 'in_stock' : 'out_of_stock',
      }),
    ),
  );
  const batch = batchOf([...products, unembedded], [...offers, offerOf('unembedded/m', 'unembedded')]);
  const images = batch.images.map((image) =>
    image.imageId === photoId ? { ...image, source: join(directory, 'photo.png') } : image,
  );
  const importId = newImport();
  await database.catalog.saveBatch(importId, { ...batch, images });
  await database.catalog.finishImport(importId);
  await registerModel(database, MODEL);
  // Nothing opens it; that it is there is looked for.
  await mkdir(join(directory, 'models', MODEL), { recursive: true });
  const build = await database.generations.build(MODEL as ModelVersion);
  await build.copy(
    (async function* () {
      for (const { productId, imageIds } of products) {
        const [, , shape, colour] = PRODUCTS.find(([id]) => id === productId)!;
        yield [{ imageId: imageIds[0]!, embedding: embeddingAt(shape, colour), mainOf: [productId] }];
      }
    })(),
  );
  await build.index();
  await build.complete();
  if (activate) await database.generations.activate(build.id, () => SERVED);
  return {
    ...{ connection: place.connection, database, directory, photoId, generation: build.id },
    close: async () => {
      await database.close();
      await place.drop();
      await rm(directory, { recursive: true });
    },
  };
}

/** Where the products of the shop lie, for expectations. */
export function cosinesToCoat(id: string): { shape: number; colour: number } {
  const [, , shape, colour] = PRODUCTS.find(([productId]) => productId === id)!;
  const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
  return { shape: cosine(shape), colour: cosine(colour) };
}
