import type { Attribute, Filter } from './filter.js';
import { PLAIN_NAME } from './tokens.js';

/** A filter as text that `parseFilter` reads as the same filter. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'all':
      return filter.of.map((part) => wrapped(part, part.kind === 'all' || part.kind === 'any')).join(' AND ');
    case 'any':
      return filter.of.map((part) => wrapped(part, part.kind === 'any')).join(' OR ');
    case 'not':
      return `NOT ${wrapped(filter.of, filter.of.kind === 'all' || filter.of.kind === 'any')}`;
    case 'flag':
      return filter.flag;
    case 'number':
      return `${subjectText(filter.subject)} ${filter.comparison} ${filter.value}`;
    case 'text': {
      const [first = '', ...more] = filter.values.map(quoted);
      const subject = subjectText(filter.subject);
      return more.length === 0 ? `${subject} = ${first}` : `${subject} IN (${[first, ...more].join(', ')})`;
    }
  }
}

function wrapped(filter: Filter, needsParentheses: boolean): string {
  return needsParentheses ? `(${printFilter(filter)})` : printFilter(filter);
}

function subjectText(subject: string | Attribute): string {
  if (typeof subject === 'string') return subject;
  const { attribute } = subject;
  return `attribute.${PLAIN_NAME.test(attribute) ? attribute : quoted(attribute)}`;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
