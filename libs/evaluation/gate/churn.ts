import type { Judgement } from './judgement.js';
import type { ShownProduct } from './top-styles.js';

const EXAMPLES = 5;

/**
 * How far top tens change: what they hold, not in which order.
 *
 * @param products how many there are in all
 * @param before of each asked product, best first
 * @param after the same under the candidate
 */
export function measureChurn(
  asked: readonly ShownProduct[],
  products: number,
  before: ShownProduct[][],
  after: ShownProduct[][],
): Judgement['churn'] {
  const compared = asked.map(({ productId }, at) => {
    const [old, fresh] = [before[at] ?? [], after[at] ?? []].map((list) => list.map((shown) => shown.productId)) as [
      string[],
      string[],
    ];
    const kept = old.filter((id) => fresh.includes(id)).length;
    const places = Math.max(old.length, fresh.length);
    return { productId, overlap: places === 0 ? 1 : kept / places, before: old, after: fresh };
  });
  const count = Math.max(1, compared.length);
  return {
    ...{ products, asked: compared.length },
    changedShare: compared.filter(({ overlap }) => overlap < 1).length / count,
    meanOverlap: compared.length === 0 ? 1 : compared.reduce((sum, { overlap }) => sum + overlap, 0) / count,
    examples: compared
      .filter(({ overlap }) => overlap < 1)
      .sort((a, b) => a.overlap - b.overlap || (a.productId < b.productId ? -1 : 1))
      .slice(0, EXAMPLES),
  };
}
