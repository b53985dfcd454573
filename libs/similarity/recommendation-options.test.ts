import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter, printFilter } from '#filters';
import type { ProductCard } from './catalog-reader.js';
import { wantedProducts } from './recommendation-options.js';

const card = (category: string | null, gender: string | null = null) => ({ category, gender }) as ProductCard;

describe('wantedProducts', () => {
  it('makes a filter that can be sent back, whatever is liked', () => {
    const categories = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 1_000 })
      .filter((one) => !/\p{C}/u.test(one));
    const liked = fc.array(
      fc.tuple(fc.option(categories), fc.constantFrom('female', 'male', 'unisex', null)).map((one) => card(...one)),
      { minLength: 1, maxLength: 500, size: 'max' },
    );
    fc.assert(
      fc.property(liked, fc.nat({ max: 999_999_999 }), (products, micros) => {
        const { filter } = wantedProducts({ minPrice: micros / 1e6, maxPrice: 999_999_999 }, products, 'same-first');
        expect(parseFilter(printFilter(filter!))).toEqual(filter);
      }),
      { numRuns: 50 },
    );
  });

  it('takes over the commonest categories, each once', () => {
    const some = Array.from({ length: 60 }, (_, i) => card(`C ${i}`));
    const { sameCategories } = wantedProducts(
      { category: 'same' },
      [...some, card('C 59'), card('C 59'), card(null)],
      'any',
    );
    expect(sameCategories).toEqual(['C 59', ...Array.from({ length: 49 }, (_, i) => `C ${i}`)]);
  });
});
