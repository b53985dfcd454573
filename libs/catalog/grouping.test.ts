import fc from 'fast-check';
import type { StyleId } from '#foundation';
import { describe, expect, it } from 'vitest';
import { parseRow } from './feed-row.js';
import { groupOf, slug } from './grouping.js';

const row = (cells: Record<string, string>) => {
  const parsed = parseRow(new Map(Object.entries({ id: 'x', image_link: 'a.jpg', ...cells })));
  if ('code' in parsed) throw new Error(parsed.message);
  return parsed;
};

describe('groupOf', () => {
  it('never separates the sizes of a product', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9 é/-]{1,12}$/).filter((text) => text.trim() !== '');
    const optional = fc.option(word, { nil: null });
    const looks = fc.record({ group: optional, colour: optional, pattern: optional, material: optional, image: word });
    fc.assert(
      fc.property(
        looks,
        fc.uniqueArray(word, { minLength: 2 }),
        ({ group, colour, pattern, material, image }, sizes) => {
          const groups = sizes.map((size, at) => {
            const cells: [string, string | null][] = [
              ['id', `offer-${at}`],
              ['item_group_id', group],
              ['color', colour],
              ['pattern', pattern],
              ['material', material],
              ['size', size],
              ['price', `${at}.00 USD`],
              ['image_link', image],
            ];
            return groupOf(row(Object.fromEntries(cells.filter((cell): cell is [string, string] => cell[1] !== null))));
          });
          expect(new Set(groups.map((found) => found.productId)).size).toBe(1);
          expect(new Set(groups.map((found) => found.styleId)).size).toBe(1);
        },
      ),
    );
  });

  it('makes colours products of one style, and writes of one colour one product', () => {
    const black = groupOf(row({ item_group_id: 'mh01', color: 'Black' }));
    expect(black).toEqual({ productId: 'mh01--black', styleId: 'mh01' });
    expect(groupOf(row({ item_group_id: 'mh01', color: ' BLACK ' }))).toEqual(black);
    expect(groupOf(row({ item_group_id: 'mh01', color: 'Navy / White' })).productId).toBe('mh01--navy-white');
  });

  it('separates patterns and materials', () => {
    expect(groupOf(row({ item_group_id: 'a', color: 'Red', pattern: 'Dots', material: 'Wool' }))).toEqual({
      productId: 'a--red--dots--wool',
      styleId: 'a',
    });
  });

  it('separates colours that are written in symbols', () => {
    const [heart, star] = ['\u2665', '\u2605'].map((color) => groupOf(row({ item_group_id: 'a', color })));
    expect(heart?.productId).not.toBe(star?.productId);
    expect(heart?.styleId).toBe(star?.styleId);
  });

  it('takes the group alone where there is no colour', () => {
    expect(groupOf(row({ item_group_id: 'a' }))).toEqual({ productId: 'a', styleId: 'a' });
  });

  it('groups by main image where there is no group', () => {
    const one = groupOf(row({ id: '1', image_link: 'dress.jpg', size: 'S', color: 'red' }));
    expect(groupOf(row({ id: '2', image_link: 'dress.jpg', size: 'M' }))).toEqual(one);
    expect(groupOf(row({ id: '4', image_link: './x/../dress.jpg' }))).toEqual(one);
    expect(groupOf(row({ id: '3', image_link: 'other.jpg' }))).not.toEqual(one);
    expect(one.productId).toMatch(/^p-[0-9a-f]{16}$/);
    expect(one.styleId).toBe(one.productId as string as StyleId);
  });
});

describe('slug', () => {
  it('keeps letters of any script and never holds the mark between the parts of an id', () => {
    expect(slug('Красный')).toBe('красный');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(slug(text)).not.toMatch(/--|^-|-$|\s/);
        expect(slug(slug(text))).toBe(slug(text));
      }),
    );
  });
});
