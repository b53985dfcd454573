import { checkFilter, MAX_FILTER_LENGTH, parseFilter } from '#filters';
import { type Boost, boostWeight } from '#similarity';
import { z } from 'zod';

const BOOST = /^(-?\d+(?:\.\d+)?):/;

/** `0.2:brand = 'Acme'` */
export const boostText = z
  .string()
  .max(MAX_FILTER_LENGTH, { abort: true })
  .superRefine((text, context) => {
    const [prefix, digits] = BOOST.exec(text) ?? [];
    if (prefix === undefined || !boostWeight.safeParse(Number(digits)).success) {
      const message = "must be a weight from -1 to 1, a colon and a filter: 0.2:brand = 'Acme'";
      return context.addIssue({ code: 'custom', message });
    }
    checkFilter(text.slice(prefix.length), context, prefix.length);
  });

/** @param text that `boostText` has accepted */
export function boostOf(text: string): Boost {
  const [prefix = '', digits] = BOOST.exec(text) ?? [];
  return { filter: parseFilter(text.slice(prefix.length)), weight: Number(digits) };
}
