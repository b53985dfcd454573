import { STORABLE } from '#foundation';
import { FilterError } from './filter-error.js';

/** A piece of a filter's text. `column` is that of its first character, from 1. */
export type Token = { column: number; /** As written. */ written: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'number'; value: number }
  | { kind: 'word' }
  | { kind: 'sign' }
  | { kind: 'end' }
);

/** Whether a filter can name a number: one that is written with up to 9 digits and 6 decimals. */
export const isPlainNumber = (value: number) => PLAIN_NUMBER.test(String(value));

/** A name that needs no quotes. */
export const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
/** Fifteen digits: a double holds each such number apart from every other. Postgres reads it the same way. */
export const PLAIN_NUMBER = /^-?[0-9]{1,9}(?:[.][0-9]{1,6})?$/;

const SPACE = /\s+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const NUMBER = /-?[0-9][\p{L}\p{N}_.]*/uy;
const SIGN = /<=|>=|!=|[<>=(),.]/y;
/** A quote within is written twice. */
const TEXT = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;

/** @throws FilterError for what is no piece of a filter */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < filter.length;) {
    const written = (pattern: RegExp): string | undefined => {
      pattern.lastIndex = at;
      return pattern.exec(filter)?.[0];
    };
    const space = written(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = tokenAt(at + 1, written, filter);
    tokens.push(token);
    at += token.written.length;
  }
  return [...tokens, { kind: 'end', column: filter.length + 1, written: '' }];
}

function tokenAt(column: number, read: (pattern: RegExp) => string | undefined, filter: string): Token {
  const number = read(NUMBER);
  if (number !== undefined) {
    // Adding 0 makes -0 the 0 that it is.
    if (PLAIN_NUMBER.test(number)) return { kind: 'number', column, written: number, value: Number(number) + 0 };
    throw new FilterError(column, 'a number of at most 9 digits and 6 decimals', quoted(number));
  }
  const text = read(TEXT);
  if (text !== undefined) {
    const quote = text.charAt(0);
    if (!STORABLE.test(text)) throw new FilterError(column, 'a text without control characters', describeText(text));
    return { kind: 'text', column, written: text, text: text.slice(1, -1).replaceAll(quote + quote, quote) };
  }
  const word = read(WORD);
  if (word !== undefined) return { kind: 'word', column, written: word };
  const sign = read(SIGN);
  if (sign !== undefined) return { kind: 'sign', column, written: sign };
  const character = String.fromCodePoint(filter.codePointAt(column - 1) ?? 0);
  if (character === "'" || character === '"') {
    throw new FilterError(filter.length + 1, `the quote that ends the text of column ${column}`, 'the end');
  }
  throw new FilterError(column, 'a name, a value or a sign', quoted(character));
}

/** What stands at a token, for an error. */
export function describe({ kind, written }: Token): string {
  return kind === 'end' ? 'the end' : kind === 'text' ? shortened(written) : quoted(written);
}

/** Nothing that a terminal or a log would act on. */
const describeText = (text: string) => shortened(JSON.stringify(text));
const quoted = (written: string) => `'${shortened(written)}'`;
const shortened = (written: string) => (written.length > 40 ? `${written.slice(0, 40)}…` : written);
