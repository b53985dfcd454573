import type { Random } from '#foundation';

/** k-means by plain loops, with the same draws of chance. The oracle of #evaluation's. */
export function naiveKMeans(rows: number[][], clusters: number, random: Random): number[] {
  const distance = (a: number[], b: number[]) => a.reduce((sum, value, d) => sum + (value - b[d]!) ** 2, 0);
  let centres = [rows[random.int(rows.length)]!];
  while (centres.length < clusters) {
    const nearest = rows.map((row) => Math.min(...centres.map((centre) => distance(row, centre))));
    let left = random.next() * nearest.reduce((a, b) => a + b, 0);
    let chosen = nearest.findLastIndex((weight) => weight > 0);
    for (const [row, weight] of nearest.entries()) {
      if (weight > left) {
        chosen = row;
        break;
      }
      left -= weight;
    }
    centres.push(rows[Math.max(chosen, 0)]!);
  }
  random.next();
  let before: number[] = [];
  for (;;) {
    const assigned = rows.map((row) => {
      const distances = centres.map((centre) => distance(row, centre));
      return distances.indexOf(Math.min(...distances));
    });
    if (assigned.every((cluster, row) => cluster === before[row])) return assigned;
    before = assigned;
    centres = centres.map((centre, cluster) => {
      const own = rows.filter((_, row) => assigned[row] === cluster);
      return own.length === 0 ? centre : centre.map((_, d) => own.reduce((sum, row) => sum + row[d]!, 0) / own.length);
    });
  }
}

/** Normalised mutual information from the probabilities themselves. */
export function naiveNmi(a: number[], b: number[]): number {
  const share = (isMeant: (row: number) => boolean) => a.filter((_, row) => isMeant(row)).length / a.length;
  const [as, bs] = [[...new Set(a)], [...new Set(b)]];
  const entropy = (labels: number[], all: number[]) =>
    -labels.reduce((sum, label) => {
      const p = share((row) => all[row] === label);
      return sum + p * Math.log(p);
    }, 0);
  let information = 0;
  for (const x of as) {
    for (const y of bs) {
      const both = share((row) => a[row] === x && b[row] === y);
      if (both > 0) {
        information += both * Math.log(both / (share((row) => a[row] === x) * share((row) => b[row] === y)));
      }
    }
  }
  const mean = (entropy(as, a) + entropy(bs, b)) / 2;
  return mean === 0 ? 1 : information / mean;
}
