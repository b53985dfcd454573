/** What a filter compares as text. An attribute is a feed column that Weft gives no meaning of its own. */
export type TextSubject = 'category' | 'brand' | 'colour' | 'gender' | 'size' | Attribute;
/** What a filter compares as a number: the price paid in major units, days since the product first appeared. */
export type NumberSubject = 'price' | 'age' | Attribute;
export interface Attribute {
  attribute: string;
}
export type Flag = 'inStock' | 'onSale';
export type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** Which products are meant; docs/filters.md says what each part means. */
export type Filter =
  | { kind: 'all'; /** At least two. */ of: Filter[] }
  | { kind: 'any'; /** At least two. */ of: Filter[] }
  | { kind: 'not'; of: Filter }
  | { kind: 'flag'; flag: Flag }
  | { kind: 'text'; subject: TextSubject; /** At least one. */ values: string[] }
  | { kind: 'number'; subject: NumberSubject; comparison: Comparison; value: number };

export const TEXT_SUBJECTS = ['category', 'brand', 'colour', 'gender', 'size'] as const;
export const NUMBER_SUBJECTS = ['price', 'age'] as const;
export const FLAGS = ['inStock', 'onSale'] as const satisfies Flag[];

/** What a filter can speak of; `attribute` stands for all of them. */
export type Subject = (typeof TEXT_SUBJECTS)[number] | (typeof NUMBER_SUBJECTS)[number] | Flag | 'attribute';

/** One filter of those that are given; null, which asks for nothing, when none is. */
export function allOf(filters: readonly (Filter | null)[]): Filter | null {
  const given = filters.filter((filter) => filter !== null);
  return given.length > 1 ? { kind: 'all', of: given } : (given[0] ?? null);
}

/** What a filter speaks of, anywhere. */
export function subjectsOf(filter: Filter | null): Set<Subject> {
  const subjects = new Set<Subject>();
  const visit = (part: Filter): void => {
    if (part.kind === 'all' || part.kind === 'any') part.of.forEach(visit);
    else if (part.kind === 'not') visit(part.of);
    else if (part.kind === 'flag') subjects.add(part.flag);
    else subjects.add(typeof part.subject === 'string' ? part.subject : 'attribute');
  };
  if (filter !== null) visit(filter);
  return subjects;
}
