import type { AuditedCatalogue, AuditedProduct } from './audited-catalogue.js';

/** Who names which photo, as numbers. */
export interface Labels {
  /** Products by photo. */
  productsOf: number[][];
  /** Style of each product. */
  styleOf: number[];
  styles: string[];
  /** Products by style. */
  members: number[][];
  /** Photos by style, each once. */
  photosOf: number[][];
}

export function labelsOf({ products, photos }: AuditedCatalogue): Labels {
  const numbers = new Map<string, number>();
  const styleOf = products.map(({ styleId }) => {
    const number = numbers.get(styleId) ?? numbers.size;
    numbers.set(styleId, number);
    return number;
  });
  const productsOf: number[][] = photos.map(() => []);
  const members: number[][] = [...numbers].map(() => []);
  const photosOf: Set<number>[] = [...numbers].map(() => new Set());
  products.forEach((product, at) => {
    const style = styleOf[at] as number;
    members[style]?.push(at);
    for (const photo of new Set(product.photos)) {
      productsOf[photo]?.push(at);
      photosOf[style]?.add(photo);
    }
  });
  return { productsOf, styleOf, styles: [...numbers.keys()], members, photosOf: photosOf.map((set) => [...set]) };
}

/** Styles that name a photo, or one of several. */
export function stylesNaming({ productsOf, styleOf }: Labels, photos: readonly number[]): number[] {
  return [...new Set(photos.flatMap((photo) => (productsOf[photo] ?? []).map((at) => styleOf[at] as number)))];
}

/** Products that name a photo, or one of several. */
export function productsNaming({ productsOf }: Labels, photos: readonly number[]): number[] {
  return [...new Set(photos.flatMap((photo) => productsOf[photo] ?? []))];
}

/**
 * A title without the words of its product's colour: what the colours of a style have in common. Case, order and punctuation
 * do not count; digits do, since shops number their styles.
 */
export function baseTitle({ title, colour }: Pick<AuditedProduct, 'title' | 'colour'>): string {
  const colourWords = new Set(wordsOf(colour ?? ''));
  return [...new Set(wordsOf(title))]
    .filter((word) => !colourWords.has(word))
    .sort()
    .join(' ');
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{Letter}\p{Number}]+/gu) ?? []
  );
}
