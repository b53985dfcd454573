import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAvailability } from './availability.js';
import { cleanAddress, cleanLines, cleanText } from './clean-text.js';
import { FingerprintMap } from './fingerprint-map.js';
import { ANY_STYLE, parsePrice } from './price.js';
import { isSaleOn } from './sale-dates.js';

describe('parseAvailability', () => {
  it.each([
    [
      'in_stock',
      ['in stock', 'in_stock', 'InStock', 'https://schema.org/InStock', 'available for order', 'yes', '1', '12', '0,5'],
    ],
    ['out_of_stock', ['out of stock', 'OutOfStock', 'http://schema.org/OutOfStock', 'sold out', 'no', '0', '-3']],
    ['preorder', ['preorder', 'Pre-Order', 'https://schema.org/PreOrder']],
    ['backorder', ['backorder', 'on backorder', 'BackOrder']],
    ['discontinued', ['discontinued', 'https://schema.org/Discontinued']],
    [null, ['maybe', '', '1e3', 'in stock?', 'https://schema.org/']],
  ])('reads %s', (meaning, texts) => {
    for (const text of texts) expect([text, parseAvailability(text)]).toEqual([text, meaning]);
  });
});

describe('parsePrice with a style', () => {
  const read = (text: string, style: Partial<typeof ANY_STYLE>) => parsePrice(text, { ...ANY_STYLE, ...style });

  it("takes the feed's currency, signs and decimal mark", () => {
    expect(read('52', { currency: 'USD' })).toEqual({ amount: 52, currency: 'USD' });
    expect(read('$52', { currency: 'USD' })).toEqual({ amount: 52, currency: 'USD' });
    expect(read('$52', { currencySigns: { $: 'CAD' } })).toEqual({ amount: 52, currency: 'CAD' });
    expect(read('1.234', { decimal: ',' })).toEqual({ amount: 1234, currency: null });
    expect(read('1.234', { decimal: '.' })).toEqual({ amount: 1.234, currency: null });
    expect(read('1.234.567,5 EUR', { decimal: ',' })).toEqual({ amount: 1234567.5, currency: 'EUR' });
    expect(read('39,5', { decimal: 'last' })).toEqual({ amount: 39.5, currency: null });
  });

  it('refuses a currency that is none', () => {
    expect(parsePrice('5 XXQ')).toMatchObject({ code: 'currency-unknown' });
    expect(read('5', { currency: 'ABC' })).toMatchObject({ code: 'currency-unknown' });
    expect(read('1.23.4', { decimal: ',' })).toMatchObject({ code: 'price-invalid' });
  });
});

describe('isSaleOn', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  it.each([
    ['2026-11-24T00:00Z/2026-11-25T00:00Z', true],
    ['2026-11-24T13:00+0200/2026-11-25T00:00+02:00', true],
    ['2026-11-01/2026-11-24', true],
    ['2026-11-01 00:00:00/2026-11-24 11:00:00', false],
    ['2026-12-01/2026-12-24', false],
    ['2026-11-25/2026-11-01', null],
    ['2026-11-25', null],
    ['soon/later', null],
    ['2026-13-01/2026-14-01', null],
  ])('says of %s: %s', (dates, expected) => {
    expect(isSaleOn(dates, now)).toBe(expected);
  });
});

describe('clean text', () => {
  it('decodes entities and drops control characters', () => {
    expect(cleanText(' Men&#39;s &amp; caf&eacute;\u0007\tAT&T &#1; ')).toBe("Men's & café AT&T");
    expect(cleanLines('one&amp;\r\ntwo\u0000')).toBe('one&\ntwo\u0000');
    expect(cleanAddress('https://e/?a=1&amp;copy=2')).toBe('https://e/?a=1&copy=2');
  });
});

describe('FingerprintMap', () => {
  it('holds what a Map would', () => {
    const entries = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.nat(2 ** 31)), { maxLength: 300 });
    fc.assert(
      fc.property(entries, (pairs) => {
        const map = new FingerprintMap();
        for (const [key, value] of pairs) map.set(key, value);
        const expected = new Map(pairs);
        expect(map.size).toBe(expected.size);
        for (const [key, value] of expected) expect(map.get(key)).toBe(value);
        expect(map.get('none of them')).toBeUndefined();
      }),
    );
  });

  it('grows beyond its first slots', () => {
    const map = new FingerprintMap();
    for (let at = 0; at < 20_000; at += 1) map.set(`k${at}`, at);
    expect(map.size).toBe(20_000);
    expect([0, 4_095, 19_999].map((at) => map.get(`k${at}`))).toEqual([0, 4_095, 19_999]);
  });
});
