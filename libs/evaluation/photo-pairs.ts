import { numberLabels, type RetrievalSet } from './retrieval-set.js';

/** What the two photos of a pair have in common. */
const PAIR_KINDS = ['sameProduct', 'sameStyleOtherColour', 'otherStyles'] as const;
export type PairKind = (typeof PAIR_KINDS)[number];

/** More of one kind tell nothing new, and take memory. */
const MOST_OF_A_KIND = 200_000;

/** Pairs of different photos, a pair once. All lists run in step. */
export interface PhotoPairs {
  /** Rows of the two photos. */
  first: Int32Array;
  second: Int32Array;
  /** Position in `PAIR_KINDS`. */
  kinds: Uint8Array;
}

/**
 * All pairs of photos, up to 200,000 of a kind (of more, every second, third ... one). Two rows of one image are no pair.
 */
export function photoPairs({
  products,
  styles,
  imageIds,
}: Pick<RetrievalSet, 'products' | 'styles' | 'imageIds'>): PhotoPairs {
  const [product, style, image] = [products, styles, imageIds].map(
    (names) => numberLabels(names)[0],
  ) as Int32Array[] as [Int32Array, Int32Array, Int32Array];
  const forEach = (visit: (first: number, second: number, kind: number) => void) => {
    for (let first = 0; first < products.length; first += 1) {
      for (let second = first + 1; second < products.length; second += 1) {
        if (image[first] === image[second]) continue;
        visit(first, second, product[first] === product[second] ? 0 : style[first] === style[second] ? 1 : 2);
      }
    }
  };
  const counts = PAIR_KINDS.map(() => 0);
  forEach((_first, _second, kind) => (counts[kind] = (counts[kind] as number) + 1));
  const strides = counts.map((count) => Math.ceil(count / MOST_OF_A_KIND));
  const kept = counts.reduce((sum, count, kind) => sum + Math.ceil(count / (strides[kind] || 1)), 0);
  const pairs = { first: new Int32Array(kept), second: new Int32Array(kept), kinds: new Uint8Array(kept) };
  const seen = PAIR_KINDS.map(() => 0);
  let at = 0;
  forEach((first, second, kind) => {
    const isKept = (seen[kind] as number) % (strides[kind] as number) === 0;
    seen[kind] = (seen[kind] as number) + 1;
    if (!isKept) return;
    pairs.first[at] = first;
    pairs.second[at] = second;
    pairs.kinds[at] = kind;
    at += 1;
  });
  return pairs;
}

/** How many pairs there are of each kind. */
export function countKinds({ kinds }: Pick<PhotoPairs, 'kinds'>): Record<PairKind, number> {
  const counts = { sameProduct: 0, sameStyleOtherColour: 0, otherStyles: 0 };
  for (const kind of kinds) counts[PAIR_KINDS[kind] as PairKind] += 1;
  return counts;
}

/**
 * Weights under which the pairs stand for one question: as often the same product as not, and a pair that is not the same
 * product as often another colour of its style as another style. Where there are no other colours, other styles are all of
 * the second half. Each half sums to 1/2.
 */
export function pairWeights(pairs: Pick<PhotoPairs, 'kinds'>): Float64Array {
  const counts = countKinds(pairs);
  const differentKinds = Number(counts.sameStyleOtherColour > 0) + Number(counts.otherStyles > 0);
  const shares = [0.5, 0.5 / differentKinds, 0.5 / differentKinds];
  return Float64Array.from(pairs.kinds, (kind) => (shares[kind] as number) / counts[PAIR_KINDS[kind] as PairKind]);
}

/**
 * Inner products of each pair's columns [start, end): the cosine, where these are of unit length.
 *
 * @param vectors `[n, dim]`
 */
export function pairSimilarities(
  { first, second }: Pick<PhotoPairs, 'first' | 'second'>,
  vectors: Float32Array,
  dim: number,
  start = 0,
  end = dim,
): Float32Array {
  return Float32Array.from(first, (row, pair) => {
    const other = second[pair] as number;
    let sum = 0;
    for (let d = start; d < end; d += 1)
      sum += (vectors[row * dim + d] as number) * (vectors[other * dim + d] as number);
    return sum;
  });
}

/** The pairs at some positions. */
export function takePairs({ first, second, kinds }: PhotoPairs, isTaken: (pair: number) => boolean): PhotoPairs {
  return {
    first: first.filter((_, pair) => isTaken(pair)),
    second: second.filter((_, pair) => isTaken(pair)),
    kinds: kinds.filter((_, pair) => isTaken(pair)),
  };
}
