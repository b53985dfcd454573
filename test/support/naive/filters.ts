/** A filter as the naive reading knows it: the shape of #filters' syntax tree and none of its code. */
export interface NaiveFilter {
  kind: string;
  of?: NaiveFilter | NaiveFilter[];
  flag?: string;
  subject?: string | { attribute: string };
  values?: string[];
  comparison?: string;
  value?: number;
}

export interface NaiveFacts {
  category: string | null;
  brand: string | null;
  colour: string | null;
  gender: string | null;
  price: number | null;
  inStock: boolean;
  onSale: boolean;
  firstSeen: Date;
  attributes: Readonly<Record<string, readonly string[]>>;
}

/** docs/filters.md once more, sentence by sentence. */
export function naivelyPasses(facts: NaiveFacts, filter: NaiveFilter, now: Date): boolean {
  const parts = [filter.of ?? []].flat();
  if (filter.kind === 'all') return parts.filter((part) => naivelyPasses(facts, part, now)).length === parts.length;
  if (filter.kind === 'any') return parts.filter((part) => naivelyPasses(facts, part, now)).length > 0;
  if (filter.kind === 'not') return naivelyPasses(facts, parts[0] as NaiveFilter, now) ? false : true;
  if (filter.kind === 'flag') return filter.flag === 'inStock' ? facts.inStock : facts.onSale;
  for (const known of naiveValues(facts, filter.subject, now)) {
    if (filter.kind === 'number') {
      if (typeof known === 'string' && !isNumber(known)) continue;
      const difference = Number(known) - Number(filter.value);
      const sign = difference < 0 ? '<' : difference > 0 ? '>' : '=';
      if (filter.comparison?.includes(sign)) return true;
    } else {
      for (const wanted of filter.values ?? []) {
        if (filter.subject === 'category' ? liesIn(String(known), wanted) : plain(String(known)) === plain(wanted))
          return true;
      }
    }
  }
  return false;
}

function naiveValues(facts: NaiveFacts, subject: NaiveFilter['subject'], now: Date): (string | number)[] {
  if (subject === 'age') return [(now.getTime() - facts.firstSeen.getTime()) / 86_400_000];
  if (subject === 'size' || typeof subject === 'object') {
    const name = subject === 'size' ? subject : subject.attribute;
    const values: string[] = [];
    for (const key in facts.attributes) if (plain(key) === plain(name)) values.push(...(facts.attributes[key] ?? []));
    return values.filter((value) => Array.from(value).length < 101);
  }
  const value = facts[subject as 'category' | 'brand' | 'colour' | 'gender' | 'price'];
  return value === null ? [] : [value];
}

/** Step by step: every step of the wanted category is the same step of the known one. */
function liesIn(known: string, wanted: string): boolean {
  const steps = (path: string) =>
    plain(path)
      .split('>')
      .map((step, i, all) => trimmed(step, i > 0, i < all.length - 1));
  const inside = steps(known);
  return steps(wanted).every((step, i) => step === inside[i]);
}

/** Without the spaces beside a `>`. */
function trimmed(step: string, before: boolean, after: boolean): string {
  let [start, end] = [0, step.length];
  while (before && step[start] === ' ') start += 1;
  while (after && end > start && step[end - 1] === ' ') end -= 1;
  return step.slice(start, end);
}

function plain(text: string): string {
  let folded = '';
  for (const letter of text) folded += letter >= 'A' && letter <= 'Z' ? letter.toLowerCase() : letter;
  return folded;
}

function isNumber(text: string): boolean {
  const [whole = '', decimals, ...more] = text.replace('-', '').split('.');
  const areDigits = (digits: string) => [...digits].every((digit) => digit >= '0' && digit <= '9');
  if (more.length > 0 || text.lastIndexOf('-') > 0 || whole.length < 1 || whole.length > 9 || !areDigits(whole))
    return false;
  return decimals === undefined || (decimals.length > 0 && decimals.length < 7 && areDigits(decimals));
}
