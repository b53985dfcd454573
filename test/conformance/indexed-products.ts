import fc from 'fast-check';
import type { ImageId, OfferId, ProductId, StyleId } from '#foundation';
import { EMBEDDING_SIZE, Random } from '#foundation';
import { type IndexedProduct, normaliseParts, type ProductCard } from '#similarity';
import type { FilterWords } from '../support/filters.js';
import { factsOf } from '../support/products.js';

const CATEGORIES = ['Women > Tops', 'WOMEN>Tops > Jackets', 'Women > Topsy', 'Men > Bottoms', 'Été > Ärmel', null];
const BRANDS = ['Acme', 'ACME', 'Ödön', null];
const COLOURS = ['Red', 'red', 'navy', 'Naïve', null];
/** Values of an attribute, by its name; every product has some. */
const ATTRIBUTES = {
  size: ['S', 'm', '38', '38.0'],
  fit: ['Slim', 'wide', 'x'.repeat(100), 'x'.repeat(101), '😀'.repeat(75)],
  'Custom "label" $.0': ['4.5', '-3', '4,5', '1234567890', "O'Neill", '12 cm', '0.0000001'],
};
/** When the conformance suites ask. */
export const NOW = new Date('2026-11-24T12:00:00Z');
const DAY_MS = 86_400_000;

const GENDERS = ['female', 'male', 'unisex', null];

/** An embedding in a random direction. */
export function randomEmbedding(random: Random): Float32Array {
  return normaliseParts(Float32Array.from({ length: EMBEDDING_SIZE }, () => random.between(-1, 1)));
}

/**
 * About 200 products of 60 styles in generations 1 and 2, with other embeddings in each. Every tenth product looks
 * exactly like the one before it; some have no price, no gender, no category or no attributes; some are on sale.
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
  const products = cards.map((one) => {
    // Whole days and halves before NOW, which questions ask from.
    const firstSeen = new Date(NOW.getTime() - (random.int(60) / 2) * DAY_MS);
    return { card: one, facts: factsOf(one, { firstSeen, attributes: attributes(random) }) };
  });
  return [1, 2].flatMap((generation) => {
    let embedding = randomEmbedding(random);
    return products.map((product, i) => {
      if (i % 10 !== 9) embedding = randomEmbedding(random);
      return { generation, ...product, embedding };
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
    brand: random.pick(BRANDS),
    category,
    gender,
    colour: random.pick(COLOURS),
    link: null,
    price,
    salePrice,
    currency: price === null ? null : 'USD',
    inStock: random.int(5) > 0,
    imageId: null as ImageId | null,
  };
}

function attributes(random: Random): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(ATTRIBUTES).flatMap(([name, values]) => {
      const some = values.filter(() => random.int(3) === 0);
      return some.length === 0 ? [] : [[name, some]];
    }),
  );
}

/** Filters that some of the products pass and others do not. */
export const FILTER_WORDS: FilterWords = {
  texts: [
    {
      subject: 'category',
      values: fc.constantFrom(
        'Women',
        'women >TOPS',
        'Women > Tops > Jackets',
        'Men',
        'Wom',
        'été',
        'Été',
        ' Women',
        '>',
      ),
    },
    { subject: 'brand', values: fc.constantFrom('acme', 'Acme', 'Ödön', 'ödön', "'; DROP TABLE product; --") },
    { subject: 'colour', values: fc.constantFrom('RED', 'navy', 'naïve', '%') },
    { subject: 'gender', values: fc.constantFrom('female', 'MALE', 'Unisex') },
    ...Object.entries({ ...ATTRIBUTES, missing: ['a'] }).map(([name, values]) => ({
      subject: name === 'size' ? ('size' as const) : { attribute: name },
      values: fc.constantFrom(...values, 'slim', 'WIDE'),
    })),
  ],
  numbers: [
    { subject: 'price', values: fc.integer({ min: 0, max: 12_000 }).map((cents) => cents / 100) },
    { subject: 'age', values: fc.integer({ min: 0, max: 64 }).map((halves) => halves / 2) },
    { subject: { attribute: 'custom \"LABEL\" $.0' }, values: fc.constantFrom(-3, 0, 4.5, 12, 100_000_000) },
    { subject: { attribute: 'size' }, values: fc.constantFrom(36, 38) },
  ],
};
