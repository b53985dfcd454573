import type { Comparison, Filter, NumberSubject, TextSubject } from './filter.js';
import { categoryPath, daysBefore, fold, MAX_VALUE } from './folding.js';
import { PLAIN_NUMBER } from './tokens.js';

/** What filters know of a product; null where the feed does not say. */
export interface FilterFacts {
  category: string | null;
  brand: string | null;
  colour: string | null;
  gender: string | null;
  /** What a shopper pays, in major units. */
  price: number | null;
  inStock: boolean;
  onSale: boolean;
  firstSeen: Date;
  /** Values by name, `size` among them: of the offers in stock, where there are any, else of all offers. */
  attributes: Readonly<Record<string, readonly string[]>>;
}

/**
 * Whether a product passes a filter. A comparison with what the feed does not say is false, and its NOT is true.
 *
 * @param now ages count from here
 */
export function passesFilter(facts: FilterFacts, filter: Filter, now: Date): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((part) => passesFilter(facts, part, now));
    case 'any':
      return filter.of.some((part) => passesFilter(facts, part, now));
    case 'not':
      return !passesFilter(facts, filter.of, now);
    case 'flag':
      return facts[filter.flag];
    case 'text':
      return hasText(facts, filter.subject, filter.values);
    case 'number':
      return hasNumber(facts, filter.subject, filter.comparison, filter.value, now);
  }
}

function hasText(facts: FilterFacts, subject: TextSubject, values: readonly string[]): boolean {
  if (subject === 'category') {
    const path = facts.category === null ? null : categoryPath(facts.category);
    return path !== null && values.some((value) => path.startsWith(categoryPath(value)));
  }
  const wanted = values.map(fold);
  if (typeof subject === 'string' && subject !== 'size') {
    const known = facts[subject];
    return known !== null && wanted.includes(fold(known));
  }
  return attributeValues(facts, subject === 'size' ? subject : subject.attribute).some((value) =>
    wanted.includes(fold(value)),
  );
}

function attributeValues({ attributes }: FilterFacts, attribute: string): string[] {
  const name = fold(attribute);
  return Object.entries(attributes).flatMap(([known, values]) =>
    fold(known) === name ? values.filter((value) => [...value].length <= MAX_VALUE) : [],
  );
}

function hasNumber(
  facts: FilterFacts,
  subject: NumberSubject,
  comparison: Comparison,
  value: number,
  now: Date,
): boolean {
  if (subject === 'price') return facts.price !== null && compare(facts.price, comparison, value);
  // Older is earlier.
  if (subject === 'age') return compare(-facts.firstSeen.getTime(), comparison, -daysBefore(now, value).getTime());
  const numbers = attributeValues(facts, subject.attribute).filter((text) => PLAIN_NUMBER.test(text));
  return numbers.some((text) => compare(Number(text), comparison, value));
}

function compare(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '=':
      return left === right;
    case '>=':
      return left >= right;
    case '>':
      return left > right;
  }
}
