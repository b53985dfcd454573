import type { ImageId, OfferId, ProductId, StyleId } from '#foundation';
import { EMBEDDING_SIZE, Random } from '#foundation';
import { type IndexedProduct, normaliseParts, type ProductCard } from '#similarity';

const CATEGORIES = ['Women > Tops', 'Women > Tops > Jackets', 'Men > Bottoms', null];
const GENDERS = ['female', 'male', 'unisex', null];

/** An embedding in a random direction. */
export function randomEmbedding(random: Random): Float32Array {
  return normaliseParts(Float32Array.from({ length: EMBEDDING_SIZE }, () => random.between(-1, 1)));
}

/**
 * About 200 products of 60 styles in generations 1 and 2, with other embeddings in each. Every tenth product looks
 * exactly like the one before it; some have no price, no gender or no category; some are on sale.
 */
export function indexedProducts(seed: number): IndexedProduct[] {
  const random = new Random(seed);
  const cards: ProductCard[] = [];
  for (let style = 0; style < 60; style += 1) {
    const category = random.pick(CATEGORIES);
    const gender = random.pick(GENDERS);
    const colours = 2 + random.int(4);
    for (let colour = 0; colour < colours; colour += 1) cards.push(card(style, colour, category, gender, random));
  }
  return [1, 2].flatMap((generation) => {
    let embedding = randomEmbedding(random);
    return cards.map((product, i) => {
      if (i % 10 !== 9) embedding = randomEmbedding(random);
      return { generation, card: product, embedding };
    });
  });
}

function card(
  style: number,
  colour: number,
  category: string | null,
  gender: string | null,
  random: Random,
): ProductCard {
  const productId = `style-${style}--colour-${colour}`;
  const price = random.int(10) === 0 ? null : 10 + random.int(9_000) / 100;
  const salePrice = price !== null && random.int(4) === 0 ? Math.round(price * 80) / 100 : null;
  return {
    productId: productId as ProductId,
    styleId: `style-${style}` as StyleId,
    offerId: `${productId}-m` as OfferId,
    title: `Product ${productId}`,
    brand: null,
    category,
    gender,
    colour: `colour-${colour}`,
    link: null,
    price,
    salePrice,
    currency: price === null ? null : 'USD',
    inStock: random.int(5) > 0,
    imageId: null as ImageId | null,
  };
}
