import type { QueryOutcome, RetrievalOutcomes } from '../retrieval.js';

/** What is asked of every photo of the hold-out. */
export const TASKS = ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const;
export type TaskName = (typeof TASKS)[number];

/** Hits at 1 of two models on the same queries of one task, summed by style. The lists run in step. */
export interface TaskDifferences {
  task: TaskName;
  queries: number;
  /** Hit rates of both. */
  candidate: number;
  other: number;
  /** By style: hits of the candidate less hits of the other. */
  gains: Float64Array; // [styles]
  /** By style: queries. */
  counts: Float64Array; // [styles]
}

/** Two models on the same queries, style by style. */
export interface StyleDifferences {
  /** Styles with a query in any of the tasks. */
  styles: number;
  /** Tasks that have a query. */
  tasks: TaskDifferences[];
}

/**
 * Pairs what two models found for the same photos.
 *
 * @param names the tasks that are meant. @default all
 * @param isCounted whether a query counts, by its row. @default all
 * @throws RangeError when the outcomes are of different queries
 */
export function styleDifferences(
  candidate: RetrievalOutcomes,
  other: RetrievalOutcomes,
  {
    names = TASKS,
    isCounted = () => true,
  }: { names?: readonly TaskName[]; isCounted?: (query: number) => boolean } = {},
): StyleDifferences {
  const styleNumbers = new Map<string, number>();
  const pairs = names.map((task) => ({ task, pairs: pairsOf(candidate[task], other[task], isCounted) }));
  for (const { pairs: ofTask } of pairs) {
    for (const [{ style }] of ofTask) if (!styleNumbers.has(style)) styleNumbers.set(style, styleNumbers.size);
  }
  const tasks = pairs.flatMap(({ task, pairs: ofTask }): TaskDifferences[] => {
    if (ofTask.length === 0) return [];
    const gains = new Float64Array(styleNumbers.size);
    const counts = new Float64Array(styleNumbers.size);
    let [hitsOfCandidate, hitsOfOther] = [0, 0];
    for (const [one, two] of ofTask) {
      const style = styleNumbers.get(one.style) as number;
      gains[style] = (gains[style] as number) + one.hitAt1 - two.hitAt1;
      counts[style] = (counts[style] as number) + 1;
      hitsOfCandidate += one.hitAt1;
      hitsOfOther += two.hitAt1;
    }
    const queries = ofTask.length;
    return [{ task, queries, candidate: hitsOfCandidate / queries, other: hitsOfOther / queries, gains, counts }];
  });
  return { styles: styleNumbers.size, tasks };
}

function pairsOf(
  candidate: QueryOutcome[],
  other: QueryOutcome[],
  isCounted: (query: number) => boolean,
): [QueryOutcome, QueryOutcome][] {
  if (candidate.length !== other.length) {
    throw new RangeError(`Both must be asked the same: ${candidate.length} and ${other.length} queries.`);
  }
  return candidate.flatMap((outcome, at): [QueryOutcome, QueryOutcome][] => {
    const paired = other[at] as QueryOutcome;
    if (paired.query !== outcome.query) throw new RangeError(`Query ${outcome.query} is paired with ${paired.query}.`);
    return isCounted(outcome.query) ? [[outcome, paired]] : [];
  });
}
