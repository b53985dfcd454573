import type { Filter } from '#filters';
import type { ProductId, StyleId } from '#foundation';
import type { ProductCard } from './catalog-reader.js';
import { DIVERSITY_POOL, diversify } from './diversity.js';
import { afterShown, cursorAfter, type Page } from './page-cursor.js';
import {
  type CategoryDefault,
  DEFAULT_COUNT,
  type RecommendationOptions,
  type WantedProducts,
  wantedProducts,
} from './recommendation-options.js';
import { noMoreMatches } from './shortfall.js';
import type { Neighbour, NeighbourAnswer, NeighbourQuery } from './vector-index.js';

/** What options mean for one request. */
export interface Asking {
  page: Page;
  /** Products whose genders and categories are wanted. */
  liked: readonly ProductCard[];
  /** Products that are not shown again. */
  seen: readonly ProductCard[];
  /** Excluded ids to products; unknown ones are absent. */
  resolved: ReadonlyMap<string, ProductId>;
  /** What holds for categories where the request does not say. */
  category: CategoryDefault;
  /** At which results are compared with each other. */
  dial: number;
}

/** One page of an answer. */
export interface AnsweredPage<Result> {
  shown: Result[];
  nextCursor: string | null;
  /** Why there are no more. */
  reason: string;
}

/** Puts alike results apart, best first, as far as was asked; `scoreOf` as `diversify` takes it. All of them stay. */
export type Spread = <Found extends Neighbour>(found: Found[], scoreOf?: (one: Found) => number) => Found[];

/** What is asked, but for what is searched for. */
export interface Question extends Omit<NeighbourQuery, 'query'> {
  /** What may come after all that pass the filter. */
  others: WantedProducts['others'];
  /** How far down the order an answer is looked at. */
  depth: number;
}

/** What is asked of an index, but for what is searched for, and what its answer comes to. */
export interface Asked {
  question: Question;
  /** What must hold of a product that the shop sets in: what the request says, without what is taken over from products. */
  pinFilter: Filter | null;
  spread: Spread;
  /**
   * @param placed what was found, spread, and what was set in
   * @param answer what was found
   */
  pageOf: <Result extends { productId: ProductId }>(placed: Result[], answer: NeighbourAnswer) => AnsweredPage<Result>;
}

/** Reads the options of a request, defaults included. */
export function ask(options: RecommendationOptions, { page, liked, seen, resolved, category, dial }: Asking): Asked {
  const { count = DEFAULT_COUNT, boosts = [], exclude = {}, diversity = 0, minimumSimilarity = null } = options;
  const onePerStyle = options.groupBy !== 'product';
  const { filter, others, sameCategories } = wantedProducts(options, liked, category);
  const seenStyles = options.includeSeenStyles ? [] : seen.map(({ styleId }) => styleId);
  const { products = [], styles = [], shown = [] } = exclude;
  // One more than is shown tells whether there is a next page; what came in before the last page's end moves it along.
  const depth = page.shown + count + 1 + (page.shown > 0 ? count : 0);
  return {
    question: {
      generation: page.generation,
      count: diversity > 0 ? DIVERSITY_POOL : depth,
      ...{ filter, others, depth },
      now: page.now,
      boosts,
      minimumSimilarity,
      excludeProducts: [
        ...seen.map(({ productId }) => productId),
        ...products.flatMap((id) => resolved.get(id) ?? []),
        ...shown.map(({ productId }) => productId),
      ],
      excludeStyles: [
        ...new Set([
          ...seenStyles,
          ...(styles as StyleId[]),
          ...(onePerStyle ? shown.map(({ styleId }) => styleId) : []),
        ]),
      ],
      onePerStyle,
    },
    pinFilter: wantedProducts({ ...options, gender: options.gender ?? 'any' }, liked, 'any').filter,
    spread: (found, scoreOf) => {
      if (diversity === 0) return found;
      const chosen = new Set(diversify(found, diversity, dial, depth, scoreOf));
      return [...chosen, ...found.filter((one) => !chosen.has(one))];
    },
    pageOf: (placed, answer) => {
      const rest = afterShown(page, placed.slice(0, depth));
      const onPage = rest.slice(0, count);
      const last = onPage.at(-1);
      return {
        shown: onPage,
        nextCursor: last && rest.length > count ? cursorAfter(page, count, last.productId) : null,
        reason: noMoreMatches(answer, {
          ...{ page, onePerStyle, diversity, sameCategories, minimumSimilarity },
          pinned: placed.filter((one) => 'pinnedBy' in one).length,
        }),
      };
    },
  };
}
