import { type NaiveFacts, type NaiveFilter, naivelyPasses } from './filters.js';

/** A product as the naive reading of rules knows it. */
export interface NaiveRanked {
  id: string;
  style: string;
  facts: NaiveFacts;
  /** To the product asked about; null: it has no embedding. */
  similarity: number | null;
}

export type NaiveSet = { filter: NaiveFilter } | { products: ReadonlySet<string> };

/** A rule: the members of #similarity's, and none of its code. */
export interface NaiveRule {
  id: number;
  kind: string;
  priority: number;
  when: {
    product: NaiveSet | null;
    category: string | null;
    scenarios: ReadonlySet<string> | null;
    from: Date | null;
    until: Date | null;
  };
  product?: string;
  position?: number;
  filter?: NaiveFilter;
  weight?: number;
  what?: NaiveSet;
  sets?: readonly [NaiveSet, NaiveSet];
}

export interface NaiveAsking {
  asked: NaiveRanked;
  scenario: string | null;
  now: Date;
  filter: NaiveFilter | null;
  /** Whether the category of what is asked about comes first. */
  sameFirst: boolean;
  onePerStyle: boolean;
  excluded: string[];
}

/** docs/merchandising.md once more, by loops over the whole ranked list. */
export function naivelyRuled(
  products: NaiveRanked[],
  rules: NaiveRule[],
  asking: NaiveAsking,
): { id: string; rules: number[] }[] {
  const { asked, now, scenario } = asking;
  const isIn = (product: NaiveRanked, set: NaiveSet) =>
    'products' in set ? set.products.has(product.id) : naivelyPasses(product.facts, set.filter, now);
  const isOf = (product: NaiveRanked, category: string) =>
    naivelyPasses(product.facts, { kind: 'text', subject: 'category', values: [category] }, now);

  const held: NaiveRule[] = [];
  let lifts = 0;
  let apart = 0;
  const waiting = [...rules];
  while (waiting.length > 0) {
    let next = 0;
    waiting.forEach((rule, i) => {
      const best = waiting[next]!;
      if (rule.priority > best.priority || (rule.priority === best.priority && rule.id < best.id)) next = i;
    });
    const rule = waiting.splice(next, 1)[0]!;
    const { product, category, scenarios, from, until } = rule.when;
    if (product !== null && !isIn(asked, product)) continue;
    if (category !== null && !isOf(asked, category)) continue;
    if (scenarios !== null && !(scenario !== null && scenarios.has(scenario))) continue;
    if (from !== null && now.getTime() < from.getTime()) continue;
    if (until !== null && now.getTime() >= until.getTime()) continue;
    if (rule.kind === 'boost' || rule.kind === 'bury') {
      lifts += 1;
      if (lifts > 10) continue;
    }
    if (rule.kind === 'never-together') {
      apart += 1;
      if (apart > 10) continue;
    }
    held.push(rule);
  }

  const mayCome = (product: NaiveRanked) => {
    if (product.id === asked.id || product.style === asked.style || asking.excluded.includes(product.id)) return false;
    if (!product.facts.inStock) return false;
    if (asking.filter !== null && !naivelyPasses(product.facts, asking.filter, now)) return false;
    for (const rule of held) if (rule.kind === 'hide' && isIn(product, rule.what!)) return false;
    return true;
  };
  const page = [asked];
  const clashes = (product: NaiveRanked) => {
    for (const rule of held) {
      if (rule.kind !== 'never-together') continue;
      const [one, other] = rule.sets!;
      if (isIn(product, one) && isIn(product, other)) return true;
      for (const there of page) {
        if (isIn(product, one) && isIn(there, other)) return true;
        if (isIn(product, other) && isIn(there, one)) return true;
      }
    }
    return false;
  };
  const isStyleThere = ({ style }: NaiveRanked) => asking.onePerStyle && page.some((there) => there.style === style);

  const pinned = new Map<number, { id: string; rules: number[] }>();
  const pinnedIds = new Set<string>();
  for (const rule of held) {
    if (rule.kind !== 'pin') continue;
    const product = products.find(({ id }) => id === rule.product);
    if (!product || pinnedIds.has(product.id) || !mayCome(product) || isStyleThere(product) || clashes(product))
      continue;
    let place = rule.position!;
    while (pinned.has(place)) place += 1;
    pinned.set(place, { id: product.id, rules: [rule.id] });
    pinnedIds.add(product.id);
    page.push(product);
  }

  const liftsOf = (product: NaiveRanked) =>
    held.filter(
      ({ kind, filter }) => (kind === 'boost' || kind === 'bury') && naivelyPasses(product.facts, filter!, now),
    );
  const scoreOf = (product: NaiveRanked) => {
    let score = product.similarity!;
    for (const { kind, weight } of liftsOf(product)) score += kind === 'boost' ? weight! : -weight!;
    return score;
  };
  const { category } = asked.facts;
  const isFirst = (product: NaiveRanked) => asking.sameFirst && category !== null && isOf(product, category);
  const ranked = products.filter((product) => product.similarity !== null && mayCome(product));
  ranked.sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || scoreOf(b) - scoreOf(a) || (a.id < b.id ? -1 : 1));
  const kept: { id: string; rules: number[] }[] = [];
  for (const product of ranked) {
    if (pinnedIds.has(product.id) || isStyleThere(product) || clashes(product)) continue;
    page.push(product);
    kept.push({ id: product.id, rules: liftsOf(product).map(({ id }) => id) });
  }

  const answer: { id: string; rules: number[] }[] = [];
  while (kept.length > 0 || pinned.size > 0) {
    const place = answer.length + 1;
    const due = pinned.get(place) ?? (kept.length === 0 ? pinned.get(Math.min(...pinned.keys())) : undefined);
    if (due !== undefined) {
      for (const [position, one] of pinned) if (one === due) pinned.delete(position);
      answer.push(due);
    } else answer.push(kept.shift()!);
  }
  return answer;
}
