import type { Random } from '#foundation';
import type { QueryOutcome, RetrievalOutcomes } from '#evaluation';

/** How often both differ on a photo, and how alike photos of one style are. */
export const DISCORDANCE = 0.1;
const ALIKE = 0.6;
const BASE_RATE = 0.7;

export interface DrawnShop {
  styles: number;
  /** True difference of the hit rates. */
  effect: number;
  /** Another effect in the first of the categories. */
  inFirstCategory?: number;
  categories?: number;
}

/** Two models on the photos of a shop: one to six a style, whose fates are much alike. */
export function drawnOutcomes({ styles, effect, inFirstCategory = effect, categories = 4 }: DrawnShop, random: Random) {
  const [candidate, active] = [[] as QueryOutcome[], [] as QueryOutcome[]];
  const categoryOf: string[] = [];
  for (let style = 0; style < styles; style += 1) {
    const of = style % categories;
    const gain = (DISCORDANCE + (of === 0 ? inFirstCategory : effect)) / 2;
    const fate = () => {
      const at = random.next();
      if (at < gain) return [1, 0] as const;
      if (at < DISCORDANCE) return [0, 1] as const;
      const both = Number(random.next() < BASE_RATE);
      return [both, both] as const;
    };
    const shared = fate();
    for (let photo = random.int(6); photo >= 0; photo -= 1) {
      const [ofCandidate, ofActive] = random.next() < ALIKE ? shared : fate();
      candidate.push(outcome(candidate.length, `style-${style}`, ofCandidate));
      active.push(outcome(active.length, `style-${style}`, ofActive));
      categoryOf.push(`category-${of}`);
    }
  }
  return { candidate: outcomes(candidate), active: outcomes(active), categoryOf };
}

export function outcome(query: number, style: string, hit: number): QueryOutcome {
  return { query, style, hitAt1: hit, hitAt5: hit, hitAt10: hit, rPrecision: hit, averagePrecisionAtR: hit };
}

export function outcomes(sameStyle: QueryOutcome[]): RetrievalOutcomes {
  return { sameProduct: [], sameStyle, sameStyleOtherColour: [], otherStyles: null };
}
