import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrice } from './price.js';

describe('parsePrice', () => {
  it.each([
    ['52.00 USD', 52, 'USD'],
    ['USD 52.00', 52, 'USD'],
    ['52.00usd', 52, 'USD'],
    ['52', 52, null],
    ['0 EUR', 0, 'EUR'],
    ['52,00 EUR', 52, 'EUR'],
    ['1,234.50 USD', 1234.5, 'USD'],
    ['1,234 USD', 1234, 'USD'],
    ['1.234,50 EUR', 1234.5, 'EUR'],
    ['1.234.567 EUR', 1234567, 'EUR'],
    ['1 234,50 EUR', 1234.5, 'EUR'],
    ['1\u202f234,50 EUR', 1234.5, 'EUR'],
    ["1'234.50 CHF", 1234.5, 'CHF'],
    ['1.250 KWD', 1.25, 'KWD'],
    ['1.234 JPY', 1234, 'JPY'],
    ['1500.00 JPY', 1500, 'JPY'],
    ['1,234,567 KRW', 1234567, 'KRW'],
    ['52.0000 USD', 52, 'USD'],
    ['€52', 52, 'EUR'],
    ['52,00 €', 52, 'EUR'],
    ['129,90 zł', 129.9, 'PLN'],
    ['R$ 99,90', 99.9, 'BRL'],
    ['$52.00 USD', 52, 'USD'],
    ['€52 EUR', 52, 'EUR'],
  ])('reads %j', (text, amount, currency) => {
    expect(parsePrice(text)).toEqual({ amount, currency });
  });

  it.each([
    '$52.00',
    '12345.6 JPY',
    '€52 USD',
    'kr 5',
    '$5$',
    '-5 USD',
    'free',
    'USD',
    'USD 5 EUR',
    '1,23,4 USD',
    '1.2.3 USD',
    '5.00 DOLLARS',
    '1e9 USD',
    '99999999999 USD',
    'NaN USD',
    '5,,0 USD',
  ])('refuses %j', (text) => {
    expect(parsePrice(text)).toMatchObject({ code: 'price-invalid' });
  });

  it('refuses to guess whether a point before three digits separates thousands', () => {
    expect(parsePrice('1.234 EUR')).toMatchObject({ code: 'price-ambiguous' });
  });

  it('reads back what Google asks feeds to write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (cents) => {
        expect(parsePrice(`${(cents / 100).toFixed(2)} USD`)).toEqual({
          amount: Number((cents / 100).toFixed(2)),
          currency: 'USD',
        });
      }),
    );
  });

  it('answers on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        const money = parsePrice(text);
        expect('code' in money || (money.amount >= 0 && Number.isFinite(money.amount))).toBe(true);
      }),
    );
  });
});
