import fc from 'fast-check';
import type { Comparison, Filter, NumberSubject, TextSubject } from '#filters';

/** What arbitrary filters compare with. */
export interface FilterWords {
  texts: { subject: TextSubject; values: fc.Arbitrary<string> }[];
  numbers: { subject: NumberSubject; values: fc.Arbitrary<number> }[];
}

/** Any filter over these words, up to four levels deep. */
export function anyFilter({ texts, numbers }: FilterWords): fc.Arbitrary<Filter> {
  const comparison = fc.constantFrom<Comparison>('<', '<=', '=', '>=', '>');
  const leaf: fc.Arbitrary<Filter> = fc.oneof(
    fc.constantFrom('inStock', 'onSale').map((flag): Filter => ({ kind: 'flag', flag })),
    ...texts.map(({ subject, values }) =>
      fc.array(values, { minLength: 1, maxLength: 3 }).map((some): Filter => ({ kind: 'text', subject, values: some })),
    ),
    ...numbers.map(({ subject, values }) =>
      fc.tuple(comparison, values).map(([sign, value]): Filter => {
        return { kind: 'number', subject, comparison: sign, value };
      }),
    ),
  );
  return fc.letrec<{ filter: Filter }>((tie) => {
    const several = fc.array(tie('filter'), { minLength: 2, maxLength: 3 });
    return {
      filter: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        several.map((of): Filter => ({ kind: 'all', of })),
        several.map((of): Filter => ({ kind: 'any', of })),
        tie('filter').map((of): Filter => ({ kind: 'not', of })),
      ),
    };
  }).filter;
}
