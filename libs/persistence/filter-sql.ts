import { categoryPath, type Comparison, daysBefore, type Filter, fold, subjectsOf, type TextSubject } from '#filters';

/** No character of a category sorts after it. */
const LAST_CHARACTER = '\u{10ffff}';

/**
 * Values that stand as conditions of their own, each found by an index. More are one array, whose values are gone through:
 * Postgres takes 65,535 parameters, and the rules of a shop may name more values than that.
 */
const MOST_CONDITIONS = 20;

/** A comparison seen from its other side: what is younger than a day appeared after a moment. */
const MIRRORED: Record<Comparison, Comparison> = { '<': '>', '<=': '>=', '=': '=', '>=': '<=', '>': '<' };

/** Whether a filter asks for `product_attributes a`. */
export function needsAttributes(filter: Filter | null): boolean {
  const subjects = subjectsOf(filter);
  return subjects.has('attribute') || subjects.has('size');
}

/**
 * A filter as a condition on `product p`, `product_stock s` and, where it needs them, `product_attributes a`.
 *
 * What the feed does not say is NULL here, which AND, OR and WHERE take for false; NOT would not, so it asks for what is
 * not true.
 *
 * @param now ages count from here
 * @param parameter takes a value and gives what stands for it in the text
 */
export function filterSql(filter: Filter, now: Date, parameter: (value: unknown) => string): string {
  switch (filter.kind) {
    case 'all':
      return `(${filter.of.map((part) => filterSql(part, now, parameter)).join(' AND ')})`;
    case 'any':
      return `(${filter.of.map((part) => filterSql(part, now, parameter)).join(' OR ')})`;
    case 'not':
      return `(${filterSql(filter.of, now, parameter)} IS NOT TRUE)`;
    case 'flag':
      return filter.flag === 'inStock' ? 's.in_stock' : 's.on_sale';
    case 'text':
      return textSql(filter.subject, filter.values, parameter);
    case 'number': {
      const { subject, comparison, value } = filter;
      if (subject === 'price') return `(s.price ${comparison} ${parameter(value)}::numeric)`;
      if (subject === 'age') {
        const moment = parameter(daysBefore(now, value).toISOString());
        return `(p.first_seen ${MIRRORED[comparison]} ${moment}::timestamptz)`;
      }
      const sign = comparison === '=' ? '==' : comparison;
      const path = `$.${JSON.stringify(fold(subject.attribute))}[*] ? (@ ${sign} ${value})`;
      return `(a.attributes @? ${parameter(path)}::jsonpath)`;
    }
  }
}

function textSql(subject: TextSubject, values: string[], parameter: (value: unknown) => string): string {
  switch (subject) {
    case 'category':
      if (values.length > MOST_CONDITIONS) {
        return `(EXISTS (SELECT FROM unnest(${parameter(values.map(categoryPath))}::text[]) wanted (path) WHERE p.category_path ^@ path))`;
      }
      return anyOf(values, (value) => {
        const path = categoryPath(value);
        return `(p.category_path >= ${parameter(path)} AND p.category_path < ${parameter(path + LAST_CHARACTER)})`;
      });
    case 'gender':
      return `(p.gender = ANY (${parameter(values.map(fold))}))`;
    case 'brand':
    case 'colour':
      return `(lower(p.${subject} COLLATE "C") = ANY (${parameter(values.map(fold))}))`;
    case 'size':
    default: {
      const name = fold(subject === 'size' ? subject : subject.attribute);
      if (values.length > MOST_CONDITIONS) {
        const wanted = values.map((value) => JSON.stringify({ [name]: [fold(value)] }));
        return `(a.attributes @> ANY (${parameter(wanted)}::jsonb[]))`;
      }
      return anyOf(values, (value) => `a.attributes @> ${parameter(JSON.stringify({ [name]: [fold(value)] }))}::jsonb`);
    }
  }
}

const anyOf = (values: string[], condition: (value: string) => string) => `(${values.map(condition).join(' OR ')})`;
