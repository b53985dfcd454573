import {
  type Comparison,
  type Filter,
  FLAGS,
  NUMBER_SUBJECTS,
  type NumberSubject,
  TEXT_SUBJECTS,
  type TextSubject,
} from './filter.js';
import { FilterError } from './filter-error.js';
import { describe, type Token, tokensOf } from './tokens.js';

/** Longest filter, in UTF-16 units. */
export const MAX_FILTER_LENGTH = 5_000;
/** Most values that a filter compares with, those of its lists included; a flag counts as one. */
const MAX_TERMS = 200;
/** Most parentheses and NOTs around each other. */
const MAX_DEPTH = 20;
/** Oldest age that can be asked for: more than two centuries, and still a date. */
const MAX_AGE_DAYS = 100_000;

const COMPARISONS: readonly string[] = ['<', '<=', '=', '>=', '>'] satisfies Comparison[];
const GENDERS: readonly string[] = ['female', 'male', 'unisex'];
const SUBJECTS = [...TEXT_SUBJECTS, ...NUMBER_SUBJECTS, ...FLAGS, 'attribute.NAME'];

/**
 * Reads a filter, by recursive descent over the grammar of docs/filters.md.
 *
 * @throws FilterError `filter-invalid`
 */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_FILTER_LENGTH) {
    throw new FilterError(MAX_FILTER_LENGTH + 1, `at most ${MAX_FILTER_LENGTH} characters`, `${text.length}`);
  }
  return new FilterParser(tokensOf(text)).filter();
}

class FilterParser {
  private at = 0;
  private terms = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  filter(): Filter {
    const filter = this.any();
    if (this.next.kind !== 'end') this.fail('AND, OR or the end');
    return filter;
  }

  /** any = all { OR all } */
  private any(): Filter {
    const of = [this.all()];
    while (this.takeWord('OR')) of.push(this.all());
    return joined('any', of);
  }

  /** all = one { AND one } */
  private all(): Filter {
    const of = [this.one()];
    while (this.takeWord('AND')) of.push(this.one());
    return joined('all', of);
  }

  /** one = NOT one | ( any ) | comparison */
  private one(): Filter {
    const isNot = this.isWord('NOT');
    if (!isNot && this.next.written !== '(') return this.comparison();
    this.depth += 1;
    if (this.depth > MAX_DEPTH) this.fail(`at most ${MAX_DEPTH} parentheses and NOTs around each other`);
    this.at += 1;
    const inner: Filter = isNot ? { kind: 'not', of: this.one() } : this.any();
    if (!isNot) this.takeSign(')', "AND, OR or ')'");
    this.depth -= 1;
    return inner;
  }

  /** comparison = flag | subject sign value | subject [NOT] IN ( text { , text } ) */
  private comparison(): Filter {
    const flag = FLAGS.find((name) => this.takeWord(name));
    if (flag !== undefined) {
      this.countTerm();
      return { kind: 'flag', flag };
    }
    const text = TEXT_SUBJECTS.find((name) => this.takeWord(name));
    if (text !== undefined) return this.comparedText(text);
    const number = NUMBER_SUBJECTS.find((name) => this.takeWord(name));
    if (number !== undefined) return this.comparedNumber(number);
    if (!this.takeWord('attribute')) this.fail(`'(', NOT or one of ${SUBJECTS.join(', ')}`);
    this.takeSign('.', "'.' and the attribute's name");
    const name = this.next;
    if (name.kind !== 'word' && name.kind !== 'text') this.fail("the attribute's name, quoted or plain");
    this.at += 1;
    const attribute = { attribute: name.kind === 'text' ? name.text : name.written };
    return this.isNumberCompared() ? this.comparedNumber(attribute) : this.comparedText(attribute);
  }

  private isNumberCompared(): boolean {
    const { written } = this.next;
    return COMPARISONS.includes(written) && (written !== '=' || this.tokens[this.at + 1]?.kind === 'number');
  }

  private comparedText(subject: TextSubject): Filter {
    const isNot = this.takeWord('NOT');
    if (this.takeWord('IN')) {
      this.takeSign('(', "'('");
      const values = [this.value(subject)];
      while (this.next.written === ',') {
        this.at += 1;
        values.push(this.value(subject));
      }
      this.takeSign(')', "',' or ')'");
      return negatedIf(isNot, { kind: 'text', subject, values });
    }
    if (isNot) this.fail('IN');
    const sign = this.next.written;
    const signs = typeof subject === 'string' ? '=, !=' : '=, !=, <, <=, >, >=';
    if (sign !== '=' && sign !== '!=') this.fail(`${signs}, IN or NOT IN`);
    this.at += 1;
    return negatedIf(sign === '!=', { kind: 'text', subject, values: [this.value(subject)] });
  }

  /** A quoted text; of a gender one that there is. */
  private value(subject: TextSubject): string {
    const token = this.next;
    if (token.kind !== 'text') this.fail("a text in quotes, such as 'red'");
    if (token.text === '') this.fail('a text that is not empty');
    if (subject === 'gender' && !GENDERS.includes(token.text.toLowerCase())) {
      this.fail(`one of ${GENDERS.map((gender) => `'${gender}'`).join(', ')}`);
    }
    this.countTerm();
    this.at += 1;
    return token.text;
  }

  private comparedNumber(subject: NumberSubject): Filter {
    const sign = this.next.written;
    if (!COMPARISONS.includes(sign)) this.fail(`one of ${COMPARISONS.join(', ')}`);
    this.at += 1;
    const token = this.next;
    if (token.kind !== 'number') this.fail('a number');
    if (subject === 'age' && (token.value < 0 || token.value > MAX_AGE_DAYS)) {
      this.fail(`a number of days from 0 to ${MAX_AGE_DAYS}`);
    }
    this.countTerm();
    this.at += 1;
    return { kind: 'number', subject, comparison: sign as Comparison, value: token.value };
  }

  private get next(): Token {
    return this.tokens[this.at] as Token;
  }

  /** Names and words of the grammar are the same in any case. */
  private isWord(word: string): boolean {
    return this.next.kind === 'word' && this.next.written.toLowerCase() === word.toLowerCase();
  }

  private takeWord(word: string): boolean {
    const isWord = this.isWord(word);
    if (isWord) this.at += 1;
    return isWord;
  }

  private takeSign(sign: string, expected: string): void {
    if (this.next.kind !== 'sign' || this.next.written !== sign) this.fail(expected);
    this.at += 1;
  }

  private countTerm(): void {
    this.terms += 1;
    if (this.terms > MAX_TERMS) this.fail(`at most ${MAX_TERMS} values in all`);
  }

  private fail(expected: string): never {
    throw new FilterError(this.next.column, expected, describe(this.next));
  }
}

function joined(kind: 'all' | 'any', of: Filter[]): Filter {
  return of.length > 1 ? { kind, of } : (of[0] as Filter);
}

function negatedIf(isNot: boolean, filter: Filter): Filter {
  return isNot ? { kind: 'not', of: filter } : filter;
}
