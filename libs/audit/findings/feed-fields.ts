import type { AuditedCatalogue, AuditedProduct } from '../audited-catalogue.js';
import type { Draft, DraftedFinding } from '../draft.js';
import type { Labels } from '../labels.js';

/** Products whose colour the feed does not say. */
export function missingColours({ products }: AuditedCatalogue, labels: Labels): DraftedFinding {
  const known = new Set(products.flatMap(({ colour }) => (colour === null ? [] : [colour.toLowerCase()])));
  const drafts = products.flatMap((product, at): Draft[] => {
    if (product.colour !== null) return [];
    const siblings = (labels.members[labels.styleOf[at] as number] ?? []).length;
    const named = [...known].find((colour) => mentions(product, colour));
    const guess = named === undefined ? '' : ` Its title says ${named}.`;
    return [
      {
        certainty: 'certain',
        why: `No colour${siblings > 1 ? `, in a style of ${siblings} products` : ''}.${guess}`,
        photos: product.photos.slice(0, 1),
        products: [at],
        weight: siblings + (named === undefined ? 0 : 0.5),
      },
    ];
  });
  return {
    kind: 'missing-colours',
    title: 'Products without a colour',
    unit: 'products',
    advice:
      'Fill the color column: offers of one item_group_id that differ in colour only become one product without it.',
    drafts,
  };
}

function mentions({ title }: AuditedProduct, colour: string): boolean {
  const words = title.toLowerCase();
  const at = words.indexOf(colour);
  const isEdge = (character: string | undefined) => character === undefined || !/\p{Letter}/u.test(character);
  return at >= 0 && isEdge(words[at - 1]) && isEdge(words[at + colour.length]);
}

/** What a style is used for; #datasets' Split. */
type SplitOf = (styleId: string) => 'train' | 'validation' | 'holdout';

/** Styles of a category that training needs: with one there is no other of its kind to tell it from. */
const FEWEST_TO_LEARN = 2;
/** Styles from which on it is the split's doing, not the category's size, where none is held out: one in three such draws. */
const ENOUGH_TO_MEASURE = 5;

/** Categories with too few styles to be learned, or too few for one of them to be held out and measured on. */
export function smallCategories({ products }: AuditedCatalogue, labels: Labels, splitOf: SplitOf): DraftedFinding {
  const categories = new Map<string, Map<number, number>>();
  products.forEach(({ category }, at) => {
    if (category === null) return;
    const styles = categories.get(category) ?? new Map<number, number>();
    categories.set(category, styles.set(labels.styleOf[at] as number, at));
  });
  const drafts = [...categories].flatMap(([category, styles]): Draft[] => {
    const withPairs = [...styles.keys()].filter((style) => (labels.photosOf[style] ?? []).length > 1);
    const splits = withPairs.map((style) => splitOf(labels.styles[style] as string));
    const learned = splits.filter((split) => split === 'train').length;
    const held = splits.filter((split) => split === 'holdout').length;
    const why = [
      ...(learned < FEWEST_TO_LEARN ? [`${learned} to learn from`] : []),
      ...(held === 0 && withPairs.length < ENOUGH_TO_MEASURE ? ['none held out to measure on'] : []),
    ];
    if (why.length === 0) return [];
    const named = [...styles.values()];
    return [
      {
        certainty: 'certain',
        why: `${category}: ${withPairs.length} of ${styles.size} styles have several photos; ${why.join(', ')}.`,
        photos: named.flatMap((at) => products[at]?.photos[0] ?? []),
        products: named,
        measures: { styles: styles.size, stylesWithPairs: withPairs.length, training: learned, heldOut: held },
        weight: -withPairs.length,
      },
    ];
  });
  return {
    kind: 'small-categories',
    title: 'Categories too small to learn or to measure',
    unit: 'categories',
    advice: `Trust no figure of such a category; merge it with a similar one in product_type, or wait until ${ENOUGH_TO_MEASURE} of its styles have several photos.`,
    drafts,
  };
}
