/** How likely each number of hits is, of `of` units that each hit with a chance: by Pascal's triangle with weights. */
function binomial(of: number, chance: number): number[] {
  let likely = [1];
  for (let unit = 0; unit < of; unit += 1) {
    const next = Array.from({ length: likely.length + 1 }, () => 0);
    likely.forEach((weight, hits) => {
      next[hits]! += weight * (1 - chance);
      next[hits + 1]! += weight * chance;
    });
    likely = next;
  }
  return likely;
}

/** The exact chance that two shares of these units, with these chances, come out so that `happens`. */
export function chanceThat(
  first: { of: number; chance: number },
  second: { of: number; chance: number },
  happens: (firstHits: number, secondHits: number) => boolean,
): number {
  const [a, b] = [binomial(first.of, first.chance), binomial(second.of, second.chance)];
  let total = 0;
  a.forEach((weightA, x) => b.forEach((weightB, y) => (total += happens(x, y) ? weightA * weightB : 0)));
  return total;
}

/** Four standard deviations of a share of `of` draws with a chance: further off than once in 16,000 times by chance. */
export function drawTolerance(chance: number, of: number): number {
  return 4 * Math.sqrt((chance * (1 - chance)) / of);
}
