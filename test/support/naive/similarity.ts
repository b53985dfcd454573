/** Cosines from their definition, over plain arrays. The oracle of #similarity. */
const SPLIT = 64;

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
