import type { AuditedCatalogue } from '../audited-catalogue.js';
import type { Draft, DraftedFinding } from '../draft.js';
import { type Labels, productsNaming, stylesNaming } from '../labels.js';
import { picturesOf } from '../pictures.js';
import type { SamePictures } from '../same-pictures.js';
import type { StyleGroups } from './split-styles.js';

/** What is wrong where a picture shows up under several products. */
export function pictureFindings(
  catalogue: AuditedCatalogue,
  labels: Labels,
  { copies }: SamePictures,
  splits: StyleGroups,
): { findings: DraftedFinding[]; placeholders: Set<number> } {
  const drafts = { contradictions: [] as Draft[], shared: [] as Draft[], copies: [] as Draft[], empty: [] as Draft[] };
  const placeholders = new Set<number>();
  for (const { photos, products, styles, isFlat, isPlaceholder } of picturesOf(catalogue, labels, copies)) {
    if (products.length > 0 && isPlaceholder) {
      photos.forEach((row) => placeholders.add(row));
      drafts.empty.push(emptyPicture(photos, products, styles.length, isFlat));
      continue;
    }
    for (const row of photos) {
      const own = productsNaming(labels, [row]);
      const ownStyles = stylesNaming(labels, [row]);
      const draft = { certainty: 'certain', photos: [row], products: own, weight: own.length } as const;
      if (ownStyles.length > 1) {
        drafts.contradictions.push({ ...draft, why: `${ownStyles.length} styles name this photo.` });
      } else if (own.length > 1) {
        drafts.shared.push({ ...draft, why: `${own.length} products of one style name this photo.` });
      }
    }
    if (!isUnderSeveral(labels, photos) || (styles.length > 1 && splits.areOne(styles))) continue;
    drafts.copies.push({
      certainty: 'likely',
      why:
        styles.length > 1
          ? `The same picture in ${photos.length} files, under ${styles.length} styles.`
          : `The same picture in ${photos.length} files, under ${products.length} colours of one style.`,
      photos,
      products,
      measures: { files: photos.length, products: products.length, styles: styles.length },
      weight: styles.length * 1000 + products.length,
    });
  }
  return { findings: describe(drafts), placeholders };
}

/** Whether the files of a picture are not all under the same products. */
function isUnderSeveral(labels: Labels, photos: readonly number[]): boolean {
  const [first = [], ...others] = photos.map((row) => labels.productsOf[row] ?? []);
  return others.some((products) => !products.some((at) => first.includes(at)));
}

function emptyPicture(photos: readonly number[], products: number[], styles: number, isFlat: boolean): Draft {
  const used = `${products.length} ${products.length === 1 ? 'product' : 'products'} of ${styles} ${styles === 1 ? 'style' : 'styles'}`;
  return {
    certainty: isFlat ? 'certain' : 'likely',
    why: isFlat ? `There is nothing to see in this picture; used by ${used}.` : `One picture stands for ${used}.`,
    photos,
    products,
    measures: { products: products.length, styles },
    weight: products.length,
  };
}

function describe(drafts: Record<'contradictions' | 'shared' | 'copies' | 'empty', Draft[]>): DraftedFinding[] {
  return [
    {
      kind: 'contradictions',
      title: 'Photos that several styles claim',
      unit: 'photos',
      advice:
        'Leave each photo with the style that it shows, or give the styles one item_group_id if they are one; until then training leaves these photos out.',
      drafts: drafts.contradictions,
    },
    {
      kind: 'near-duplicates',
      title: 'Copies of one picture under different products',
      unit: 'pictures',
      advice:
        'Keep the picture with the product that it shows and give the others their own photos; if the products are one, merge them.',
      drafts: drafts.copies,
    },
    {
      kind: 'shared-photos',
      title: 'Photos that several colours of a style share',
      unit: 'photos',
      advice:
        'Name the photo under the colour that it shows only: as it is, the colour part learns that different colours look the same.',
      drafts: drafts.shared,
    },
    {
      kind: 'placeholders',
      title: 'Placeholders and empty pictures',
      unit: 'pictures',
      advice:
        'Take the picture out of the feed: a product without a photo is set aside, one with a wrong photo misleads.',
      drafts: drafts.empty,
    },
  ];
}
