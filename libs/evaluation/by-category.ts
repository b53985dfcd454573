import { Random } from '#foundation';
import { type QueryOutcome, type RetrievalOutcomes, summariseTask, type Task } from './retrieval.js';
import type { RetrievalSet } from './retrieval-set.js';

/** Fewer styles than this do not show what a category is like: their interval is narrow by accident. */
export const LEAST_STYLES_OF_CATEGORY = 5;

/** Figures of one task among the queries of one category. */
export interface CategoryTask extends Task {
  /** Styles that the queries belong to: what the interval stands on. */
  styles: number;
}

/** What a model finds for the photos of one category. A task is null where none of them has anything to find. */
export interface CategoryFigures {
  /** null: photos whose category the feed does not say. */
  category: string | null;
  /** Photos of the category, whether they have anything to find or not. */
  photos: number;
  styles: number;
  sameProduct: CategoryTask | null;
  sameStyle: CategoryTask | null;
  sameStyleOtherColour: CategoryTask | null;
}

/**
 * The outcomes of a measurement, category by category. The gallery is everything, so that a category that is taken for
 * another shows.
 *
 * @param queries the set that was asked
 * @param seed of every interval: equal outcomes have equal intervals
 * @returns those with the most photos first, equal ones by name; no category last among equals
 */
export function figuresByCategory(queries: RetrievalSet, outcomes: RetrievalOutcomes, seed: number): CategoryFigures[] {
  const rows = new Map<string | null, number[]>();
  queries.categories.forEach((category, row) => {
    const own = rows.get(category);
    if (own) own.push(row);
    else rows.set(category, [row]);
  });
  return [...rows]
    .map(([category, own]): CategoryFigures => {
      const isOwn = new Set(own);
      const summarise = (task: QueryOutcome[]): CategoryTask | null => {
        const ofCategory = task.filter(({ query }) => isOwn.has(query));
        const figures = summariseTask(ofCategory, new Random(seed));
        return figures && { ...figures, styles: new Set(ofCategory.map(({ style }) => style)).size };
      };
      return {
        category,
        photos: own.length,
        styles: new Set(own.map((row) => queries.styles[row])).size,
        sameProduct: summarise(outcomes.sameProduct),
        sameStyle: summarise(outcomes.sameStyle),
        sameStyleOtherColour: summarise(outcomes.sameStyleOtherColour),
      };
    })
    .sort((a, b) => b.photos - a.photos || compareNames(a.category, b.category));
}

/** The last step of a category's path: `Tees` of `Men > Tops > Tees`, so that a women's tee is a tee, too. */
export function lastStepOf(category: string | null): string | null {
  return category?.split('>').at(-1)?.trim() || null;
}

/** By code units: the same on every machine. */
function compareNames(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}
