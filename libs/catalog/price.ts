/** An amount in major units. `currency` is an ISO 4217 code in upper case, null when none is written. */
export interface Money {
  amount: number;
  currency: string | null;
}

/** What is wrong with a price, as a code and a sentence. */
export interface PriceProblem {
  code: 'price-invalid' | 'price-ambiguous';
  message: string;
}

const MAX_AMOUNT = 999_999_999.99;
const THREE_DECIMALS = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/**
 * Reads the ways in which feeds write prices: `52.00 USD`, `USD 52.00`, `52`, `1,234.50 USD`, `52,00 EUR`,
 * `1.234,50 EUR`, `1 234,50 EUR`.
 *
 * With both marks, the last is the decimal one. A comma before exactly three digits separates thousands, before one or two
 * it is decimal. A point is decimal (Google), except that one before exactly three digits (`1.234 EUR`) may be either and
 * is refused, unless the currency has three decimals. Currency signs are refused: "$" is the sign of twenty currencies.
 */
export function parsePrice(text: string): Money | PriceProblem {
  const parts = /^(?:([A-Za-z]{3})\s*)?(\d[\d.,'\s\u00a0\u202f]*)(?:\s*([A-Za-z]{3}))?$/.exec(text.trim());
  const [, before, digits = '', after] = parts ?? [];
  if (parts === null || (before !== undefined && after !== undefined)) return invalid(text);
  const currency = (before ?? after)?.toUpperCase() ?? null;
  const number = digits.trim().replace(/(\d)['\s\u00a0\u202f](?=\d{3}(?!\d))/g, '$1');
  if (/^\d{1,3}\.\d{3}$/.test(number) && !THREE_DECIMALS.has(currency ?? '')) {
    return {
      code: 'price-ambiguous',
      message: `The price "${text}" may mean thousands or thousandths; write two decimals.`,
    };
  }
  const plain = withDecimalPoint(number);
  const amount = plain === null ? NaN : Number(plain);
  if (!(amount >= 0 && amount <= MAX_AMOUNT)) return invalid(text);
  return { amount, currency };
}

function withDecimalPoint(number: string): string | null {
  if (/^\d+(\.\d{1,4})?$/.test(number)) return number;
  if (/^\d{1,3}(,\d{3})+(\.\d{1,4})?$/.test(number)) return number.replaceAll(',', '');
  if (/^\d{1,3}(\.\d{3})+,\d{1,4}$/.test(number)) return number.replaceAll('.', '').replace(',', '.');
  if (/^\d{1,3}(\.\d{3}){2,}$/.test(number)) return number.replaceAll('.', '');
  if (/^\d+,\d{1,2}$/.test(number)) return number.replace(',', '.');
  return null;
}

function invalid(text: string): PriceProblem {
  return { code: 'price-invalid', message: `The price "${text}" is not an amount such as "52.00 USD".` };
}
