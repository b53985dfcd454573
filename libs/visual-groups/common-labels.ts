import type { GroupedProduct } from './grouped-product.js';

/** A value that many members have, and the share of all that do, 0 to 1. */
export interface CommonValue {
  value: string;
  share: number;
}

/** What members have in common; null: none of them has such a value. */
export interface CommonLabels {
  /** The longest path that half of them lie under, or else the one that most do. */
  category: CommonValue | null;
  colour: CommonValue | null;
  brand: CommonValue | null;
}

/** From this share on a value speaks for the whole group. */
const SPEAKS_FOR_ALL = 0.5;
const STEP = ' > ';

/** The commonest values of some products; equal shares by the value, ascending. */
export function commonLabels(products: readonly Labelled[]): CommonLabels {
  const prefixes = counted(products.map(({ category }) => (category === null ? [] : prefixesOf(category))));
  const common = prefixes.filter(({ share }) => share >= SPEAKS_FOR_ALL);
  const [longest = null] = common.sort((a, b) => stepsOf(b.value) - stepsOf(a.value));
  return {
    category: longest ?? prefixes[0] ?? null,
    colour: counted(products.map(({ colour }) => (colour === null ? [] : [colour])))[0] ?? null,
    brand: counted(products.map(({ brand }) => (brand === null ? [] : [brand])))[0] ?? null,
  };
}

export type Labelled = Pick<GroupedProduct, 'category' | 'colour' | 'brand'>;

/**
 * A name in words of the catalogue: what holds for half of a group and more. A brand that half of the catalogue is of says
 * nothing of a group.
 */
export function nameOf({ category, colour, brand }: CommonLabels, ofAll: CommonLabels): string {
  const kind = category?.value ?? null;
  const speaks = (common: CommonValue | null): common is CommonValue => (common?.share ?? 0) >= SPEAKS_FOR_ALL;
  const words = [
    ...(speaks(category) && kind !== null ? [kind] : []),
    ...(speaks(colour) ? [colour.value] : []),
    ...(speaks(brand) && !(speaks(ofAll.brand) && ofAll.brand.value === brand.value) ? [brand.value] : []),
  ];
  if (speaks(category)) return words.join(', ');
  const most = kind === null ? [] : [`mixed, most often ${kind}`];
  return [...words, ...most].join(', ') || 'without labels';
}

/** Commonest first. */
function counted(values: string[][]): CommonValue[] {
  const counts = new Map<string, number>();
  for (const value of values.flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, share: count / values.length }))
    .sort((a, b) => b.share - a.share || (a.value < b.value ? -1 : 1));
}

/** `A > B > C` lies under `A`, `A > B` and itself. */
function prefixesOf(category: string): string[] {
  const steps = category.split(STEP);
  return steps.map((_, at) => steps.slice(0, at + 1).join(STEP));
}

const stepsOf = (category: string) => category.split(STEP).length;
