import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFilter } from '../../test/support/filters.js';
import type { Filter } from './filter.js';
import { FilterError } from './filter-error.js';
import { MAX_FILTER_LENGTH, parseFilter } from './parse-filter.js';
import { printFilter } from './print-filter.js';

const text = (subject: string, ...values: string[]) => ({ kind: 'text', subject, values }) as Filter;
const number = (subject: unknown, comparison: string, value: number) =>
  ({ kind: 'number', subject, comparison, value }) as Filter;
const not = (of: Filter): Filter => ({ kind: 'not', of });

describe('a filter', () => {
  it.each<[string, Filter]>([
    ["category = 'Women > Dresses'", text('category', 'Women > Dresses')],
    ['brand = "O\'Neill"', text('brand', "O'Neill")],
    ["brand='O''Neill'", text('brand', "O'Neill")],
    ["colour in ('red' , 'navy')", text('colour', 'red', 'navy')],
    ["colour NOT IN ('red')", not(text('colour', 'red'))],
    ["gender != 'Male'", not(text('gender', 'Male'))],
    ["Size = '38'", text('size', '38')],
    ['price<=49.99', number('price', '<=', 49.99)],
    ['age < 14', number('age', '<', 14)],
    ['not onsale', not({ kind: 'flag', flag: 'onSale' })],
    ["attribute.fit = 'slim'", { kind: 'text', subject: { attribute: 'fit' }, values: ['slim'] }],
    ["attribute.'custom label 0' = '1'", { kind: 'text', subject: { attribute: 'custom label 0' }, values: ['1'] }],
    ['attribute.year = 2026', number({ attribute: 'year' }, '=', 2026)],
    ['attribute.margin >= -0.5', number({ attribute: 'margin' }, '>=', -0.5)],
    ["attribute.in != 'a'", not({ kind: 'text', subject: { attribute: 'in' }, values: ['a'] })],
  ])('%s', (written, filter) => {
    expect(parseFilter(written)).toEqual(filter);
  });

  it('binds NOT before AND before OR, and parentheses before all', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((brand) => text('brand', brand)) as [Filter, Filter, Filter];
    const [ta, tb, tc] = ["brand = 'a'", "brand = 'b'", "brand = 'c'"];
    expect(parseFilter(`${ta} OR NOT ${tb} AND ${tc}`)).toEqual({
      ...{ kind: 'any', of: [a, { kind: 'all', of: [not(b), c] }] },
    });
    expect(parseFilter(`(${ta} OR ${tb}) AND ${tc}`)).toEqual({ kind: 'all', of: [{ kind: 'any', of: [a, b] }, c] });
    expect(parseFilter(`NOT (${ta} AND ${tb})`)).toEqual(not({ kind: 'all', of: [a, b] }));
    expect(parseFilter(`((${ta}))`)).toEqual(a);
  });

  it('is read as what it was printed from', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/\p{C}/u.test(value));
    const decimals = fc.integer({ min: -999_999_999, max: 999_999_999 }).map((value) => value / 1_000);
    const filters = anyFilter({
      texts: [
        ...(['category', 'brand', 'colour', 'size'] as const).map((subject) => ({ subject, values: words })),
        { subject: 'gender', values: fc.constantFrom('female', 'Male', 'UNISEX') },
        ...['fit', "it's", 'NOT', 'größe', '7'].map((attribute) => ({ subject: { attribute }, values: words })),
      ],
      numbers: [
        { subject: 'price', values: decimals },
        { subject: 'age', values: fc.integer({ min: 0, max: 100_000 }) },
        { subject: { attribute: 'heel height' }, values: decimals },
      ],
    });
    fc.assert(
      fc.property(filters, (filter) => {
        const printed = printFilter(filter);
        fc.pre(printed.length <= MAX_FILTER_LENGTH);
        expect(parseFilter(printed)).toEqual(filter);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a text that is no filter', () => {
  it.each<[string, number, string]>([
    ['', 1, "'(', NOT or one of category"],
    ['   ', 4, "'(', NOT or one of category"],
    ["colour = 'red' price < 5", 16, 'AND, OR or the end'],
    ['colour = red', 10, 'a text in quotes'],
    ["color = 'red'", 1, 'one of category, brand, colour'],
    ["colour > 'red'", 8, '=, !=, IN or NOT IN'],
    ["colour NOT 'red'", 12, 'IN'],
    ["colour IN 'red'", 11, "'('"],
    ["colour IN ('red' 'blue')", 18, "',' or ')'"],
    ['colour IN ()', 12, 'a text in quotes'],
    ["colour = ''", 10, 'a text that is not empty'],
    ["colour = 'red", 14, 'the quote that ends the text of column 10'],
    ['price', 6, 'one of <, <=, =, >=, >'],
    ["price = '5'", 9, 'a number'],
    ['price != 5', 7, 'one of <, <=, =, >=, >'],
    ['price < 5EUR', 9, 'a number of at most 9 digits and 6 decimals'],
    ['price < 1234567890', 9, 'a number of at most 9 digits and 6 decimals'],
    ['price < .5', 9, 'a number'],
    ['age < -1', 7, 'a number of days'],
    ["gender = 'women'", 10, "one of 'female', 'male', 'unisex'"],
    ['(inStock', 9, "AND, OR or ')'"],
    ['inStock)', 8, 'AND, OR or the end'],
    ['inStock AND', 12, "'(', NOT or one of category"],
    ['inStock AND OR onSale', 13, "'(', NOT or one of category"],
    ["attribute = 'a'", 11, "'.' and the attribute's name"],
    ["attribute. = 'a'", 12, "the attribute's name"],
    ["attribute.fit < 'slim'", 17, 'a number'],
    ['inStock; DROP', 8, 'a name, a value or a sign'],
    ["brand = '\u0000'", 9, 'a text without control characters'],
    ["brand = '\ud800'", 9, 'a text without control characters'],
    [`${' '.repeat(5_000)}inStock`, 5_001, 'at most 5000 characters'],
    [`${'('.repeat(21)}inStock${')'.repeat(21)}`, 21, 'at most 20 parentheses and NOTs'],
    [`${'NOT '.repeat(21)}inStock`, 81, 'at most 20 parentheses and NOTs'],
    [`colour IN (${Array.from({ length: 201 }, () => "'r'").join(',')})`, 812, 'at most 200 values in all'],
  ])('%s', (written, column, expected) => {
    let error: unknown;
    try {
      parseFilter(written);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FilterError);
    expect(error).toMatchObject({ code: 'filter-invalid', column });
    expect((error as FilterError).expected).toContain(expected);
    expect((error as FilterError).message).toContain(`Column ${column}: expected `);
  });

  it('is refused with a column inside it, or just behind, whatever it is', () => {
    const pieces = fc.constantFrom('(', ')', 'AND', 'OR', 'NOT', 'IN', 'price', 'brand', 'attribute', '.', ',', '=', '<', '5', "'a'", 'inStock', ';', "'"); // prettier-ignore
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(pieces).map((some) => some.join(' ')),
        ),
        (written) => {
          try {
            expect(parseFilter(printFilter(parseFilter(written)))).toEqual(parseFilter(written));
          } catch (error) {
            if (!(error instanceof FilterError)) throw error;
            expect(error.column).toBeGreaterThanOrEqual(1);
            expect(error.column).toBeLessThanOrEqual(written.length + 1);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
