/** Ward's method as it is defined: of all pairs of clusters the one whose union raises the sum of squares least, each time. */
export function naiveWard(points: number[][], weights: number[]): { height: number; clusters: number[][] }[] {
  const sumOfSquares = (members: number[]) => {
    const weight = members.reduce((sum, member) => sum + weights[member]!, 0);
    const mean = points[0]!.map(
      (_, d) => members.reduce((sum, member) => sum + weights[member]! * points[member]![d]!, 0) / weight,
    );
    return members.reduce(
      (sum, member) =>
        sum + weights[member]! * mean.reduce((all, middle, d) => all + (points[member]![d]! - middle) ** 2, 0),
      0,
    );
  };
  let clusters = points.map((_, at) => [at]);
  const steps = [];
  while (clusters.length > 1) {
    let best = { height: Infinity, one: [] as number[], two: [] as number[] };
    for (const one of clusters) {
      for (const two of clusters) {
        if (one === two) continue;
        const height = sumOfSquares([...one, ...two]) - sumOfSquares(one) - sumOfSquares(two);
        if (height < best.height) best = { height, one, two };
      }
    }
    clusters = [
      ...clusters.filter((cluster) => cluster !== best.one && cluster !== best.two),
      [...best.one, ...best.two],
    ];
    steps.push({ height: best.height, clusters: clusters.map((cluster) => [...cluster].sort((a, b) => a - b)) });
  }
  return steps;
}
