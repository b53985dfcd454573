import { Random } from '#foundation';
import type { AuditedCatalogue } from '../audited-catalogue.js';
import { DisjointSets } from '../disjoint-sets.js';
import type { Draft, DraftedFinding } from '../draft.js';
import { baseTitle, type Labels, stylesNaming } from '../labels.js';
import type { PhotoSpace } from '../photo-space.js';
import { quantile } from '../robust.js';
import type { SamePictures } from '../same-pictures.js';

/** A title that more styles share says what kind of thing they are, not which. */
const MOST_STYLES_A_TITLE = 20;
/** Pairs of photos that show how alike different styles are by chance. */
const CHANCE_PAIRS = 2_000;
/** Fewer styles of several colours do not show how alike colours of a style are. */
const FEWEST_STYLES = 10;
const SEED = 1;

/** Styles that are taken for one. */
export interface StyleGroups {
  areOne(styles: readonly number[]): boolean;
}

/**
 * Styles that look like one style under several ids: the same title but for the colour, category and gender that do not
 * contradict, and shapes as near as colours of one style are in this catalogue; or like titles over one exposure that was
 * recoloured.
 */
export function splitStyles(
  catalogue: AuditedCatalogue,
  labels: Labels,
  space: PhotoSpace,
  { recolours }: SamePictures,
): { finding: DraftedFinding; groups: StyleGroups } {
  const sets = new DisjointSets(labels.styles.length);
  const likely = new Set<number>();
  const least = leastSimilarity(labels, space);
  for (const styles of stylesByTitle(catalogue, labels).values()) {
    if (styles.length < 2 || styles.length > MOST_STYLES_A_TITLE) continue;
    styles.forEach((a, at) => {
      for (const b of styles.slice(at + 1)) {
        if (similarityOf(labels, space, a, b) < least) continue;
        sets.join(a, b);
        likely.add(a).add(b);
      }
    });
  }
  for (const pair of recolours) {
    const styles = stylesNaming(labels, pair);
    const [first, ...others] = styles;
    for (const other of others) {
      if (first !== undefined && haveLikeTitles(catalogue, labels, first, other)) sets.join(first, other);
    }
  }
  const drafts = sets.groups().map((styles): Draft => {
    const isTitled = styles.every((style) => likely.has(style));
    const photos = styles.flatMap((style) => labels.photosOf[style]?.[0] ?? []);
    return {
      certainty: 'likely',
      why: isTitled
        ? `${styles.length} styles with one title and one shape.`
        : `${styles.length} styles with like titles show one exposure in different colours.`,
      photos,
      products: styles.flatMap((style) => labels.members[style] ?? []),
      measures: { styles: styles.length },
      weight: styles.length,
    };
  });
  const finding: DraftedFinding = {
    kind: 'split-styles',
    title: 'Styles that may be one under several ids',
    unit: 'groups',
    advice:
      'Give all colours of a style one item_group_id: as it is, the shape part learns to hold colours of one garment apart.',
    limit: space.dims === 0 ? 'No photo has features, so no shapes were compared.' : null,
    drafts,
  };
  return { finding, groups: { areOne: (styles) => new Set(styles.map((style) => sets.find(style))).size === 1 } };
}

/** Share of the words of two titles that both have, from which on they are alike (Jaccard). Drawn look-alikes reach .5. */
const LIKE_TITLES = 0.6;

function haveLikeTitles({ products }: AuditedCatalogue, { members }: Labels, a: number, b: number): boolean {
  const [mine = new Set<string>(), theirs = new Set<string>()] = [a, b].map((style) => {
    const product = products[members[style]?.[0] ?? -1];
    return new Set(product === undefined ? [] : baseTitle(product).split(' '));
  });
  const shared = [...mine].filter((word) => theirs.has(word)).length;
  const isNumbered = [...mine, ...theirs].some((word) => /^\d+$/.test(word) && !(mine.has(word) && theirs.has(word)));
  if (isNumbered) return false;
  return shared >= LIKE_TITLES * (mine.size + theirs.size - shared);
}

/** Styles by title without colour, category and gender. A style is listed under the title of its first product. */
function stylesByTitle({ products }: AuditedCatalogue, { members }: Labels): Map<string, number[]> {
  const byTitle = new Map<string, number[]>();
  members.forEach(([first], style) => {
    const product = first === undefined ? undefined : products[first];
    if (product === undefined) return;
    const title = baseTitle(product);
    if (title === '') return;
    const key = [title, product.category ?? '', product.gender ?? ''].join('\n');
    byTitle.set(key, [...(byTitle.get(key) ?? []), style]);
  });
  return byTitle;
}

/**
 * How alike two styles must be to be taken for one: as nine in ten styles' colours are, and more than one in a hundred pairs
 * of photos is by chance.
 */
function leastSimilarity(labels: Labels, space: PhotoSpace): number {
  const random = new Random(SEED);
  const withPhotos = labels.photosOf.flatMap((photos, style) => (photos.length > 0 ? [style] : []));
  if (withPhotos.length < 2) return 1;
  const chance = Array.from({ length: CHANCE_PAIRS }, () => {
    const [a, b] = [random.pick(withPhotos), random.pick(withPhotos)];
    return a === b
      ? -1
      : space.similarity(random.pick(labels.photosOf[a] ?? []), random.pick(labels.photosOf[b] ?? []));
  });
  const inside = withPhotos.flatMap((style) => bestBetweenProducts(labels, space, style) ?? []);
  const usual = inside.length < FEWEST_STYLES ? 0 : quantile(inside, 0.1);
  return Math.max(usual, quantile(chance, 0.99));
}

/** The best similarity between photos of a style's first product and those of its others; null for one product. */
function bestBetweenProducts({ productsOf, members, photosOf }: Labels, space: PhotoSpace, style: number) {
  const [first] = members[style] ?? [];
  const photos = photosOf[style] ?? [];
  const isFirst = (row: number) => productsOf[row]?.includes(first as number) ?? false;
  const [own, others] = [photos.filter(isFirst), photos.filter((row) => !isFirst(row))];
  return own.length === 0 || others.length === 0 ? null : best(space, own, others);
}

function similarityOf({ photosOf }: Labels, space: PhotoSpace, a: number, b: number): number {
  return best(space, photosOf[a] ?? [], photosOf[b] ?? []);
}

/** Photos of a style that are compared: enough to meet the same view twice. */
const MOST_PHOTOS = 12;

function best(space: PhotoSpace, some: readonly number[], others: readonly number[]): number {
  let largest = -1;
  for (const a of some.slice(0, MOST_PHOTOS)) {
    for (const b of others.slice(0, MOST_PHOTOS)) largest = Math.max(largest, space.similarity(a, b));
  }
  return largest;
}
