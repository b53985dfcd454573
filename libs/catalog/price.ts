import { currencyOfSign, decimalsOf, isCurrency } from './currency.js';

/** An amount in major units. `currency` is an ISO 4217 code in upper case, null when none is written. */
export interface Money {
  amount: number;
  currency: string | null;
}

/** What is wrong with a price, as a code and a sentence. */
export interface PriceProblem {
  code: 'price-invalid' | 'price-ambiguous' | 'currency-unknown';
  message: string;
}

/** How a feed writes prices. */
export interface PriceStyle {
  /** ISO 4217 code of prices without one. */
  currency: string | null;
  /** Sign -> ISO 4217 code. */
  currencySigns: Readonly<Record<string, string>>;
  /** The decimal mark; the other one separates thousands. `last`: whichever stands alone. null: told by each price. */
  decimal: '.' | ',' | 'last' | null;
}

export const ANY_STYLE: PriceStyle = { currency: null, currencySigns: {}, decimal: null };

const MAX_AMOUNT = 999_999_999.99;
/** A code or a sign before or after the digits. */
const PRICE = /^([^\d\s.,'+-]{1,5})?\s*(\d[\d.,'\s\u00a0\u202f]*?)\s*([^\d\s.,'+-]{1,5})?$/;

/**
 * Reads the ways in which feeds write prices: `52.00 USD`, `USD 52.00`, `52`, `€52`, `1,234.50 USD`, `52,00 EUR`,
 * `1.234,50 EUR`, `1 234,50 EUR`.
 *
 * Where the style names no decimal mark: with both marks, the last is the decimal one. A comma before exactly three digits
 * separates thousands, before one or two it is decimal. A point is decimal (Google), except that one before exactly three
 * digits (`1.234 EUR`) may be either and is refused, unless the currency has three decimals or none. A sign of several
 * currencies, such as `$`, is refused unless it is the style's own or a code stands on the other side.
 */
export function parsePrice(text: string, style: PriceStyle = ANY_STYLE): Money | PriceProblem {
  const [, before, digits = '', after] = PRICE.exec(text.trim()) ?? [];
  if (digits === '') return invalid(text);
  const currency = currencyOf([before, after], style);
  if (currency === undefined) return invalid(text);
  if (currency !== null && !isCurrency(currency)) {
    return { code: 'currency-unknown', message: `"${currency}" is no currency of ISO 4217.` };
  }
  const decimals = currency === null ? 2 : decimalsOf(currency);
  const number = digits.trim().replace(/(\d)['\s\u00a0\u202f](?=\d{3}(?!\d))/g, '$1');
  if (style.decimal === null && decimals === 2 && /^\d{1,3}\.\d{3}$/.test(number)) {
    const message = `The price "${text}" may mean thousands or thousandths; write two decimals.`;
    return { code: 'price-ambiguous', message };
  }
  const plain = withDecimalPoint(number, decimals, style.decimal);
  const amount = plain === null ? NaN : Number(plain);
  if (!(amount >= 0 && amount <= MAX_AMOUNT)) return invalid(text);
  if (decimals === 0 && !Number.isInteger(amount)) {
    return { code: 'price-invalid', message: `The price "${text}" has decimals, but ${currency} has none.` };
  }
  return { amount, currency };
}

/** The currency that stands beside the digits, or the style's own; undefined where it cannot be told. */
function currencyOf(written: (string | undefined)[], style: PriceStyle): string | null | undefined {
  const words = written.filter((word) => word !== undefined);
  const codes = words.filter((word) => /^[A-Za-z]{3}$/.test(word)).map((word) => word.toUpperCase());
  const signs = words.filter((word) => !/^[A-Za-z]{3}$/.test(word));
  const meant = signs.map((sign) => currencyOfSign(sign, style.currencySigns, codes[0] ?? style.currency));
  if (words.length === 0) return style.currency;
  if (codes.length > 1 || signs.length > 1) return undefined;
  const [code] = codes;
  const [sign] = meant;
  if (code === undefined) return sign ?? undefined;
  return signs.length === 0 || sign === code || sign === null ? code : undefined;
}

function withDecimalPoint(number: string, decimals: number, mark: PriceStyle['decimal']): string | null {
  if (mark === 'last' && /^\d+[.,]\d{1,4}$/.test(number)) return number.replace(',', '.');
  if (mark === '.' || mark === ',') {
    const thousands = mark === '.' ? ',' : '.';
    const [whole = '', fraction, ...more] = number.split(mark);
    const isWhole = /^\d+$/.test(whole) || (/^\d{1,3}([.,]\d{3})+$/.test(whole) && !whole.includes(mark));
    if (!isWhole || more.length > 0 || (fraction !== undefined && !/^\d{1,4}$/.test(fraction))) return null;
    return `${whole.replaceAll(thousands, '')}.${fraction ?? '0'}`;
  }
  if (decimals === 0 && /^\d{1,3}(\.\d{3})+$/.test(number)) return number.replaceAll('.', '');
  if (/^\d+(\.\d{1,4})?$/.test(number)) return number;
  if (/^\d{1,3}(,\d{3})+(\.\d{1,4})?$/.test(number)) return number.replaceAll(',', '');
  if (/^\d{1,3}(\.\d{3})+,\d{1,4}$/.test(number)) return number.replaceAll('.', '').replace(',', '.');
  if (/^\d{1,3}(\.\d{3}){2,}$/.test(number)) return number.replaceAll('.', '');
  if (/^\d+,\d{1,2}$/.test(number)) return number.replace(',', '.');
  return null;
}

function invalid(text: string): PriceProblem {
  const message = `The price "${text}" is not an amount such as "52.00 USD".`;
  return { code: 'price-invalid', message };
}
