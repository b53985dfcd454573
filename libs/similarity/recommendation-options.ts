import { allOf, type Comparison, type Filter, subjectsOf } from '#filters';
import type { ProductCard } from './catalog-reader.js';
import type { Boost } from './vector-index.js';

/** What may be asked of both kinds of recommendations. */
export interface RecommendationOptions {
  /** 1 to 100. @default 10 */
  count?: number | undefined;
  /** 0: same cut, any colour; 1: same colour, any cut. @default the model's */
  dial?: number | undefined;
  /** Which products may be results, beside what the members below ask. */
  filter?: Filter | undefined;
  /**
   * A category with all below it; `same`: those of the product asked about, or of what the signals like, unless the filter
   * speaks of categories; `any`.
   *
   * @default for a product first `same`, then all others; for signals and photos `any`
   */
  category?: string | undefined;
  /**
   * A gender, `unisex` products included, or `any`.
   *
   * @default the genders of the liked products; a filter that speaks of genders replaces the default
   */
  gender?: WantedGender | undefined;
  /** Major units, inclusive. */
  minPrice?: number | undefined;
  /** Major units, inclusive. */
  maxPrice?: number | undefined;
  /** false: products out of stock as well. A filter that speaks of stock replaces it. @default true */
  inStock?: boolean | undefined;
  /** `style`: of products that differ in colour only, the nearest alone. @default style */
  groupBy?: 'style' | 'product' | undefined;
  /** Other colours of what was seen may be results too; what was seen itself never is. @default false */
  includeSeenStyles?: boolean | undefined;
  /** What is no result. */
  exclude?:
    | {
        /** Product and offer ids. */
        products?: string[] | undefined;
        /** Whole styles. */
        styles?: string[] | undefined;
        /** What is on the page already; its styles, too, where styles are grouped. */
        shown?: readonly Pick<ProductCard, 'productId' | 'styleId'>[] | undefined;
      }
    | undefined;
  /** Raise or lower what passes a filter. */
  boosts?: Boost[] | undefined;
  /** Least similarity in total, boosts not counted, in [-1, 1]. @default any */
  minimumSimilarity?: number | undefined;
  /** 0: the nearest; 1: as different from each other as the nearest 200 allow. @default 0 */
  diversity?: number | undefined;
  /** The place that asks. What is stored under this name holds where the request says nothing. */
  scenario?: string | undefined;
  /** Of the answer that this one goes on from. */
  cursor?: string | undefined;
}

export const DEFAULT_COUNT = 10;

/** The genders that a catalogue knows, and all of them. */
export const WANTED_GENDERS = ['female', 'male', 'unisex', 'any'] as const;
export type WantedGender = (typeof WANTED_GENDERS)[number];

const UNISEX = 'unisex';

/**
 * Categories that are taken over from what is liked: the commonest so many, and so much text of them. A filter of more could
 * not be sent back.
 */
const MOST_SAME = { categories: 50, units: 1_500 };

/** What holds for categories where nobody says: those of what is liked first, or any. */
export type CategoryDefault = 'same-first' | 'any';

/** Which products are asked for. */
export interface WantedProducts {
  filter: Filter | null;
  /** Others, of which nobody said that they must not come: they fill up what `filter` leaves free. null: none do. */
  others: {
    filter: Filter | null;
    /** What holds of all: of these and of those that pass `WantedProducts.filter`. */
    common: Filter | null;
    /** The categories that come first. */
    after: string[];
  } | null;
  /** Categories that were asked for as `same`, so that an answer can name them. */
  sameCategories: string[];
}

/**
 * The options that choose products, as one filter.
 *
 * @param liked products whose genders and categories are wanted
 * @param standard what holds for categories where neither option nor filter says
 */
export function wantedProducts(
  options: RecommendationOptions,
  liked: readonly ProductCard[],
  standard: CategoryDefault,
): WantedProducts {
  const filter = options.filter ?? null;
  const spokenOf = subjectsOf(filter);
  const { category: said } = options;
  const isOfLiked = (said === 'same' || (said === undefined && standard === 'same-first')) && !spokenOf.has('category');
  const likedCategories = isOfLiked ? categoriesOf(liked) : [];
  const isNamed = said !== undefined && said !== 'same' && said !== 'any';
  const category = textFilter('category', isNamed ? [said] : likedCategories);
  const gender = options.gender ?? (spokenOf.has('gender') ? 'any' : undefined);
  const genders = gender === undefined ? gendersOf(liked) : gender === 'any' ? [] : [gender];
  const inStock = (options.inStock ?? true) && !spokenOf.has('inStock');
  const wantedIn = (categories: Filter | null) =>
    allOf([
      inStock ? { kind: 'flag', flag: 'inStock' } : null,
      categories,
      textFilter('gender', genders.length ? [...new Set([...genders, UNISEX])] : []),
      priceFilter('>=', options.minPrice),
      priceFilter('<=', options.maxPrice),
      filter,
    ]);
  const isFilledUp = said === undefined && category !== null;
  return {
    filter: wantedIn(category),
    others: isFilledUp
      ? { filter: wantedIn({ kind: 'not', of: category }), common: wantedIn(null), after: likedCategories }
      : null,
    sameCategories: isFilledUp ? [] : likedCategories,
  };
}

function textFilter(subject: 'category' | 'gender', values: string[]): Filter | null {
  return values.length === 0 ? null : { kind: 'text', subject, values };
}

function priceFilter(comparison: Comparison, value: number | undefined): Filter | null {
  return value === undefined ? null : { kind: 'number', subject: 'price', comparison, value };
}

/** A product of no gender, or for all, says nothing about whom it is for: it widens nothing and narrows nothing. */
function gendersOf(liked: readonly ProductCard[]): string[] {
  const genders = new Set(liked.flatMap(({ gender }) => gender?.toLowerCase() ?? []));
  genders.delete(UNISEX);
  return [...genders];
}

/** Commonest first; of equally common ones in the order of the products. */
function categoriesOf(liked: readonly ProductCard[]): string[] {
  const counts = new Map<string, number>();
  for (const { category } of liked) if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1);
  const commonest = [...counts].sort(([, a], [, b]) => b - a).map(([category]) => category);
  let units = 0;
  return commonest.slice(0, MOST_SAME.categories).filter((category, i) => {
    units += category.length;
    return i === 0 || units <= MOST_SAME.units;
  });
}
