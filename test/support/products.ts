import type { FilterFacts } from '#filters';
import type { ImageId, OfferId, ProductId, StyleId } from '#foundation';
import type { ProductCard } from '#similarity';

/** A product card with harmless values where a test does not care. */
export function productCard(id: string, values: Partial<ProductCard> = {}): ProductCard {
  return {
    productId: id as ProductId,
    styleId: id as StyleId,
    offerId: `${id}-m` as OfferId,
    title: id,
    brand: null,
    category: 'tops',
    gender: 'female',
    colour: null,
    link: null,
    price: 50,
    salePrice: null,
    currency: 'EUR',
    inStock: true,
    imageId: null as ImageId | null,
    ...values,
  };
}

/** What filters know of a product that is as its card says, with no attributes, first seen at the turn of the year. */
export function factsOf(card: ProductCard, values: Partial<FilterFacts> = {}): FilterFacts {
  const { category, brand, colour, gender, price, salePrice, inStock } = card;
  return {
    ...{ category, brand, colour, gender, inStock },
    price: salePrice ?? price,
    onSale: salePrice !== null && price !== null && salePrice < price,
    firstSeen: new Date('2026-01-01T00:00:00Z'),
    attributes: {},
    ...values,
  };
}

/**
 * An embedding that points along chosen axes, so that its similarities can be worked out by hand: shape at
 * `shapeDegrees` and colour at `colourDegrees` in the plane of the first two axes of each part.
 */
export function embeddingAt(shapeDegrees: number, colourDegrees: number): Float32Array {
  const embedding = new Float32Array(128);
  [shapeDegrees, colourDegrees].forEach((degrees, part) => {
    embedding[64 * part] = Math.cos((degrees * Math.PI) / 180);
    embedding[64 * part + 1] = Math.sin((degrees * Math.PI) / 180);
  });
  return embedding;
}
