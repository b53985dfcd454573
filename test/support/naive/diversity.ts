/** A result as the naive choice knows it. */
interface NaiveResult {
  id: string;
  score: number;
  embedding: ArrayLike<number>; // [128]
}

/** Maximal marginal relevance by its definition: every value anew at every step. */
export function naivelyDiverse(pool: NaiveResult[], diversity: number, dial: number, count: number): string[] {
  const chosen: NaiveResult[] = [];
  while (chosen.length < Math.min(count, pool.length)) {
    const values = pool.map((candidate) => {
      if (chosen.includes(candidate)) return -Infinity;
      if (chosen.length === 0) return candidate.score;
      const nearest = Math.max(...chosen.map((other) => naiveLikeness(candidate.embedding, other.embedding, dial)));
      return (1 - diversity) * candidate.score - diversity * nearest;
    });
    chosen.push(pool[values.indexOf(Math.max(...values))] as NaiveResult);
  }
  return chosen.map(({ id }) => id);
}

function naiveLikeness(a: ArrayLike<number>, b: ArrayLike<number>, dial: number): number {
  let [shape, colour] = [0, 0];
  for (let i = 0; i < 64; i += 1) shape += Number(a[i]) * Number(b[i]);
  for (let i = 64; i < 128; i += 1) colour += Number(a[i]) * Number(b[i]);
  return (1 - dial) * shape + dial * colour;
}
