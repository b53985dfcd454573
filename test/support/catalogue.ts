import { randomUUID } from 'node:crypto';
import type { CatalogBatch, OfferRecord, ProductRecord } from '#catalog';
import type { FilterFacts } from '#filters';
import { type ImageId, type JobId, type OfferId, type ProductId, sha256, type StyleId } from '#foundation';
import type { PhotoVector } from '#generations';
import type { Database } from '#persistence';
import type { ProductCard } from '#similarity';

/** A fresh import's id. */
export const newImport = () => randomUUID() as JobId;

/** Id of the photo that a test calls by this name. */
export const photoId = (name: string) => sha256(name) as ImageId;

/** An offer with every field, some of them as given. */
export function offerOf(offerId: string, productId: string, fields: Partial<OfferRecord> = {}): OfferRecord {
  return {
    offerId: offerId as OfferId,
    productId: productId as ProductId,
    size: 'M',
    link: null,
    price: 52,
    salePrice: null,
    currency: 'USD',
    availability: 'in_stock',
    attributes: {},
    ...fields,
  };
}

/** A product with every field, some of them as given; its photos are called by name. */
export function productOf(
  productId: string,
  styleId: string,
  photos: string[],
  fields: Partial<ProductRecord> = {},
): ProductRecord {
  return {
    productId: productId as ProductId,
    styleId: styleId as StyleId,
    title: productId,
    description: null,
    brand: null,
    category: null,
    gender: null,
    colour: null,
    imageIds: photos.map(photoId),
    ...fields,
  };
}

/** A batch of these products and offers, with the image records that they need. */
export function batchOf(
  products: ProductRecord[],
  offers: OfferRecord[],
  more: Partial<CatalogBatch> = {},
): CatalogBatch {
  const images = [...new Set(products.flatMap(({ imageIds }) => imageIds))].map((imageId) => ({
    ...{ imageId, source: `/photos/${imageId}.jpg`, width: 400, height: 500 },
    look: { hash: Buffer.from(imageId, 'hex'), grid: Buffer.alloc(588), detail: 50 },
  }));
  return { offers, products, morePhotos: [], images, sources: [], quarantine: [], ...more };
}

/**
 * Imports products as cards and facts describe them: one photo each, called like the product, and an offer for each value
 * of its attributes. Beside what is in stock stands what is not, and does not count.
 */
export async function importProducts(
  { catalog }: Database,
  given: { card: ProductCard; facts: FilterFacts }[],
): Promise<void> {
  const importId = newImport();
  const products = given.map(({ card: { productId, styleId, brand, category, gender, colour } }) =>
    productOf(productId, styleId, [productId], {
      ...{ brand, category, gender: gender as ProductRecord['gender'], colour },
    }),
  );
  const offers = given.flatMap(({ card, facts }) => {
    const { productId, price, salePrice, currency, inStock } = card;
    const id = card.offerId ?? productId;
    const values = Object.entries(facts.attributes);
    const count = Math.max(1, ...values.map(([, known]) => known.length));
    const counting = Array.from({ length: count }, (_, i) => {
      const { size = null, ...attributes } = Object.fromEntries(
        values.flatMap(([name, known]) => (known[i] === undefined ? [] : [[name, known[i]]])),
      );
      return offerOf(i === 0 ? id : `${id}-${i}`, productId, {
        ...{ price, salePrice, currency, size, attributes, availability: inStock ? 'in_stock' : 'out_of_stock' },
      });
    });
    const soldOut = { size: '38', attributes: { fit: 'slim', 'Custom "label" $.0': '12' }, price: 0, salePrice: null };
    return inStock
      ? [...counting, offerOf(`${id}-sold-out`, productId, { ...soldOut, availability: 'out_of_stock' })]
      : counting;
  });
  await catalog.saveBatch(importId, batchOf(products, offers));
  await catalog.finishImport(importId);
}

/** Registers a model that exists in the database only. */
export async function registerModel({ generations }: Database, version: string, day = 1): Promise<void> {
  const createdAt = new Date(Date.UTC(2026, 10, day)).toISOString();
  await generations.registerModel({ version, createdAt, extractorId: 'extractor', dial: 0.5 }, `/models/${version}`);
}

/** Each product's embedding as that of the photo called like it, in one batch. */
export async function* photoVectors(
  embeddings: Iterable<{ productId: ProductId; embedding: Float32Array }>,
): AsyncGenerator<PhotoVector[]> {
  yield Array.from(embeddings, ({ productId, embedding }) => ({
    imageId: photoId(productId),
    embedding,
    mainOf: [productId],
  }));
}
