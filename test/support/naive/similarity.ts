/** Cosines, profiles and reasons from their definitions, over plain arrays. The oracle of #similarity. */
const SPLIT = 96;

function cosine(a: number[], b: number[]): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    ab += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return aa < 1e-18 || bb < 1e-18 ? 0 : ab / Math.sqrt(aa * bb);
}

export function dialSimilarity(a: number[], b: number[], dial: number): number {
  return (1 - dial) * cosine(a.slice(0, SPLIT), b.slice(0, SPLIT)) + dial * cosine(a.slice(SPLIT), b.slice(SPLIT));
}

/** The sum whose parts' cosines are those of the profile: cosines do not ask for length. */
export function weightedSum(rows: { weight: number; embedding: number[] }[]): number[] {
  return Array.from({ length: 128 }, (_, d) => rows.reduce((sum, row) => sum + row.weight * row.embedding[d]!, 0));
}

/** Similarity of a result to the profile without one signal; without any like there is no profile, and similarity 0. */
export function similarityWithout(
  rows: { productId: string; weight: number; embedding: number[] }[],
  left: number,
  result: number[],
  dial: number,
): number {
  const rest = rows.filter((_, i) => i !== left);
  const isLiked = rest.some(({ productId }) => {
    const ofProduct = rest.filter((row) => row.productId === productId);
    return ofProduct.reduce((sum, { weight }) => sum + weight, 0) > 0;
  });
  return isLiked ? dialSimilarity(weightedSum(rest), result, dial) : 0;
}
