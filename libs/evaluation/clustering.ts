import { EMBEDDING_SIZE, type Random, SHAPE_SIZE } from '#foundation';
import { kMeans } from './k-means.js';
import { numberLabels, type RetrievalSet } from './retrieval-set.js';

/** How far clusters of photos agree with their labels, 0 to 1; null where photos have one label only, or each its own. */
export interface Clustering {
  /** Photos that were clustered. */
  photos: number;
  /** NMI of as many clusters as products. */
  nmiOfProducts: number | null;
  /** NMI of as many clusters as styles. */
  nmiOfStyles: number | null;
}

/**
 * Normalised mutual information of two labellings, by the arithmetic mean of their entropies: 2 I(A; B) / (H(A) + H(B)).
 * 1 where they say the same, also where both know one label only; 0 where one says nothing of the other.
 *
 * Strehl and Ghosh, Cluster Ensembles, JMLR 3, 2002, with the mean that scikit-learn takes.
 *
 * @throws RangeError when the lists differ in length
 */
export function normalisedMutualInformation(a: Int32Array, b: Int32Array): number {
  if (a.length !== b.length) throw new RangeError(`Labellings of ${a.length} and ${b.length} rows cannot be compared.`);
  const together = new Map<string, number>();
  a.forEach((label, row) => {
    const key = `${label} ${b[row]}`;
    together.set(key, (together.get(key) ?? 0) + 1);
  });
  const entropy = { a: entropyOf(countsOf(a)), b: entropyOf(countsOf(b)), both: entropyOf([...together.values()]) };
  const mean = (entropy.a + entropy.b) / 2;
  // Rounding may leave a little where there is nothing.
  return mean === 0 ? 1 : Math.min(1, Math.max(0, (entropy.a + entropy.b - entropy.both) / mean));
}

/** k-means takes time by photos times clusters. */
const MOST_PHOTOS = 2_000;

/**
 * Clusters photos (of more than 2,000, about as many, drawn by whole styles) by k-means and compares the clusters with products and with styles.
 *
 * @param vectors `[n, dim]` whose inner product is the similarity, see `pointsAtDial`
 */
export function measureClustering(
  { products, styles }: Pick<RetrievalSet, 'products' | 'styles'>,
  vectors: Float32Array,
  dim: number,
  random: Random,
): Clustering {
  const rows = drawStyles(styles, random);
  const drawn = new Float32Array(rows.length * dim);
  rows.forEach((row, at) => drawn.set(vectors.subarray(row * dim, (row + 1) * dim), at * dim));
  const nmiOf = (names: string[]) => {
    const [labels] = numberLabels(rows.map((row) => names[row] as string)) as [Int32Array];
    const count = new Set(labels).size;
    if (count < 2 || count === labels.length) return null;
    return normalisedMutualInformation(labels, kMeans(drawn, dim, count, random.fork()));
  };
  return { photos: rows.length, nmiOfProducts: nmiOf(products), nmiOfStyles: nmiOf(styles) };
}

/** Rows of all styles, or of as many as make up the limit; in order. */
function drawStyles(styles: string[], random: Random): number[] {
  const rows = styles.map((_, row) => row);
  if (rows.length <= MOST_PHOTOS) return rows;
  const order = new Map(random.shuffled([...new Set(styles)]).map((style, place) => [style, place]));
  const places = styles.map((style) => order.get(style) as number);
  const drawn = [...rows].sort((a, b) => (places[a] as number) - (places[b] as number)).slice(0, MOST_PHOTOS);
  return drawn.sort((a, b) => a - b);
}

/**
 * Embeddings as points: `[sqrt(1 - t) shape ; sqrt(t) colour]`, of unit length, so that the inner product of two is their
 * similarity at dial t. (A query scaled for search meets an unscaled gallery; clusters have no such sides.)
 *
 * @param embeddings `[n, 128]`, not changed
 * @param dial t in [0, 1]
 */
export function pointsAtDial(embeddings: Float32Array, dial: number): Float32Array {
  const scale = { shape: Math.sqrt(1 - dial), colour: Math.sqrt(dial) };
  return embeddings.map((value, at) => value * (at % EMBEDDING_SIZE < SHAPE_SIZE ? scale.shape : scale.colour));
}

function countsOf(labels: Int32Array): number[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()];
}

function entropyOf(counts: number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return -counts.reduce((sum, count) => sum + (count / total) * Math.log(count / total), 0);
}
