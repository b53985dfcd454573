import { DIVERSITY_POOL } from './diversity.js';
import type { Page } from './page-cursor.js';
import type { NeighbourAnswer } from './vector-index.js';

/** What may have made an answer short. */
interface Narrowing {
  page: Pick<Page, 'shown'>;
  onePerStyle: boolean;
  diversity: number;
  /** Categories that the request did not name, but that hold by default. */
  sameCategories: string[];
  minimumSimilarity: number | null;
  /** Results that rules set in, beside what was found. */
  pinned: number;
}

/** Why no more came, as sentences for people. */
export function noMoreMatches(answer: NeighbourAnswer, narrowing: Narrowing): string {
  const { page, diversity, sameCategories, minimumSimilarity, pinned } = narrowing;
  const sentences = [whatPasses(answer, narrowing)];
  if (pinned > 0) sentences.push(`Rules pin ${pinned} more.`);
  if (page.shown > 0) sentences.push(`${page.shown} came on the pages before.`);
  if (minimumSimilarity !== null) sentences.push(`They must be at least ${minimumSimilarity} similar.`);
  if (sameCategories.length > 0) {
    sentences.push(`They must be of ${sameCategories.join(', or ')}: category=any looks further.`);
  }
  if (diversity > 0 && answer.neighbours.length >= DIVERSITY_POOL) {
    sentences.push(`With diversity only the ${DIVERSITY_POOL} nearest are shown.`);
  }
  return sentences.join(' ');
}

function whatPasses({ matching, neighbours }: NeighbourAnswer, { onePerStyle }: Narrowing): string {
  if (matching === null) return 'No more products pass the filters and exclusions.';
  const passing = matching === 1 ? '1 product passes' : `${matching} products pass`;
  if (onePerStyle && matching > neighbours.length) {
    return `${passing} the filters and exclusions, of ${neighbours.length} styles, and one of each is shown.`;
  }
  return matching === 0
    ? 'No product passes the filters and exclusions.'
    : `Only ${passing} the filters and exclusions.`;
}
