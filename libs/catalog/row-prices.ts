import { type Money, parsePrice, type PriceStyle } from './price.js';
import type { RowProblem } from './row-problem.js';
import { isSaleOn } from './sale-dates.js';

/** What an offer costs; `null` where the row does not say. */
interface Prices {
  price: number | null;
  salePrice: number | null;
  currency: string | null;
}
type Priced = Partial<Record<'price' | 'sale_price' | 'sale_price_effective_date', string | undefined>>;

/** The prices of a row, or what is wrong with them. A sale price whose dates do not hold now is left out. */
export function pricesOf(row: Priced, style: PriceStyle, now: Date): Prices | RowProblem {
  const amounts: Record<'price' | 'sale_price', Money | null> = { price: null, sale_price: null };
  for (const field of ['price', 'sale_price'] as const) {
    const value = row[field];
    if (value === undefined) continue;
    const money = parsePrice(value, style);
    if ('code' in money) return { field, value, ...money };
    amounts[field] = money;
  }
  const { price, sale_price: sale } = amounts;
  const problem = salePriceProblem(price, sale, row.sale_price ?? '');
  if (problem !== null) return problem;
  const dates = row.sale_price_effective_date;
  const isOn = dates === undefined || sale === null ? true : isSaleOn(dates, now);
  if (isOn === null) {
    const message = 'The dates of the sale are not two times such as 2026-11-24T08:00Z/2026-12-01T20:00Z.';
    return { field: 'sale_price_effective_date', value: dates ?? '', code: 'sale-dates-invalid', message };
  }
  return {
    price: price?.amount ?? null,
    salePrice: isOn ? (sale?.amount ?? null) : null,
    currency: price?.currency ?? sale?.currency ?? null,
  };
}

function salePriceProblem(regular: Money | null, sale: Money | null, value: string): RowProblem | null {
  if (regular === null || sale === null) return null;
  const field = 'sale_price';
  if (sale.currency !== null && regular.currency !== null && sale.currency !== regular.currency) {
    const message = `The sale price is in ${sale.currency}, but the price is in ${regular.currency}.`;
    return { field, value, code: 'currency-mismatch', message };
  }
  if (sale.amount > regular.amount) {
    return { field, value, code: 'sale-price-above-price', message: 'The sale price is above the price.' };
  }
  return null;
}
