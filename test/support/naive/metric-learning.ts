/** Metric learning by loops over numbers, slow and plain. Shares nothing with the library it is the oracle of. */

export type Rows = number[][]; // [n, dim]
export type Triple = [anchor: number, positive: number, negative: number];
/** Labels by row, and which photo a row is. */
export interface NaiveRelation {
  positive: number[];
  negative: number[];
  photo: number[];
}

export function naiveSquared(a: number[], b: number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += Math.pow(at(a, k) - at(b, k), 2);
  return sum;
}

export function naiveEuclidean(a: number[], b: number[]): number {
  return Math.sqrt(naiveSquared(a, b) + 1e-12);
}

export function naiveDot(a: number[], b: number[]): number {
  return a.map((value, k) => value * at(b, k)).reduce((sum, product) => sum + product, 0);
}

export function naiveCosine(a: number[], b: number[]): number {
  const lengths = Math.sqrt(naiveDot(a, a)) * Math.sqrt(naiveDot(b, b));
  return lengths === 0 ? 0 : naiveDot(a, b) / lengths;
}

export function naiveUnit(row: number[]): number[] {
  const length = Math.sqrt(naiveDot(row, row));
  return row.map((value) => value / Math.max(length, 1e-9));
}

/** All valid triples, by the triple loop. */
export function allTriples(relation: NaiveRelation): Triple[] {
  const count = relation.positive.length;
  const triples: Triple[] = [];
  for (let a = 0; a < count; a += 1) {
    for (let p = 0; p < count; p += 1) {
      for (let n = 0; n < count; n += 1) {
        const isDistinct = a !== p && a !== n && p !== n;
        const isOtherPhoto = relation.photo[a] !== relation.photo[p] && relation.photo[a] !== relation.photo[n];
        const isTogether = relation.positive[a] === relation.positive[p];
        const isApart = relation.negative[a] !== relation.negative[n] && relation.positive[a] !== relation.positive[n];
        if (isDistinct && isOtherPhoto && isTogether && isApart) triples.push([a, p, n]);
      }
    }
  }
  return triples;
}

/** Of all valid triples of each anchor, the one with the greatest positive and the smallest negative distance. */
export function naiveBatchHard(distances: Rows, relation: NaiveRelation): Triple[] {
  const byAnchor = new Map<number, Triple>();
  for (const triple of allTriples(relation)) {
    const [a, p, n] = triple;
    const known = byAnchor.get(a);
    if (known === undefined) {
      byAnchor.set(a, triple);
      continue;
    }
    const positive = at(at(distances, a), p) > at(at(distances, a), known[1]) ? p : known[1];
    const negative = at(at(distances, a), n) < at(at(distances, a), known[2]) ? n : known[2];
    byAnchor.set(a, [a, positive, negative]);
  }
  return [...byAnchor.values()];
}

/** For each anchor and positive the nearest negative in the band, else the farthest one before it. */
export function naiveSemiHard(distances: Rows, relation: NaiveRelation, margin: number): Triple[] {
  const byPair = new Map<string, Triple[]>();
  for (const triple of allTriples(relation)) {
    const pair = `${triple[0]},${triple[1]}`;
    byPair.set(pair, [...(byPair.get(pair) ?? []), triple]);
  }
  const mined: Triple[] = [];
  for (const triples of byPair.values()) {
    const ofNegative = ([a, , n]: Triple) => at(at(distances, a), n);
    const ofPositive = ([a, p]: Triple) => at(at(distances, a), p);
    const band = triples.filter((t) => ofNegative(t) > ofPositive(t) && ofNegative(t) < ofPositive(t) + margin);
    const before = triples.filter((t) => ofNegative(t) <= ofPositive(t));
    const nearest = Math.min(...band.map(ofNegative));
    const farthest = Math.max(...before.map(ofNegative));
    const chosen =
      band.find((triple) => ofNegative(triple) === nearest) ?? before.find((triple) => ofNegative(triple) === farthest);
    if (chosen !== undefined) mined.push(chosen);
  }
  return mined;
}

export function naiveMarginLoss(
  rows: Rows,
  triples: Triple[],
  distance: (a: number[], b: number[]) => number,
  margin: number,
): number {
  if (triples.length === 0) return 0;
  let sum = 0;
  for (const [a, p, n] of triples) {
    const gap = distance(at(rows, a), at(rows, p)) - distance(at(rows, a), at(rows, n));
    sum += Math.max(0, gap + margin);
  }
  return sum / triples.length;
}

export function naiveSoftMarginLoss(
  rows: Rows,
  triples: Triple[],
  distance: (a: number[], b: number[]) => number,
): number {
  if (triples.length === 0) return 0;
  let sum = 0;
  for (const [a, p, n] of triples) {
    sum += Math.log1p(Math.exp(distance(at(rows, a), at(rows, p)) - distance(at(rows, a), at(rows, n))));
  }
  return sum / triples.length;
}

/** Gradient by central differences. */
export function naiveGradient(loss: (rows: Rows) => number, rows: Rows, step = 1e-6): Rows {
  return rows.map((row, i) =>
    row.map((_, k) => {
      const moved = (by: number) =>
        loss(rows.map((other, j) => (j === i ? other.map((value, l) => (l === k ? value + by : value)) : other)));
      return (moved(step) - moved(-step)) / (2 * step);
    }),
  );
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`There is no item ${index}.`);
  return item;
}
