import type { AuditedCatalogue, SetAside } from '../audited-catalogue.js';
import type { Draft, DraftedFinding } from '../draft.js';
import { type Labels, productsNaming } from '../labels.js';

/** Models see 224 pixels: a photo with half of them on its longer side is more than doubled, and has no fabric left. */
const TINY_SIDE = 112;

/** Code of a row that the import set aside because none of its photos can be used. */
const NO_PHOTO = 'no-usable-image';

/** Photos that the import refused, products that have none, and photos that are too small to show anything. */
export function photoFileFindings(catalogue: AuditedCatalogue, labels: Labels): DraftedFinding[] {
  const { photos, products, setAside } = catalogue;
  const tiny = photos.flatMap(({ width, height }, row): Draft[] => {
    const side = Math.max(width, height);
    const named = productsNaming(labels, [row]);
    if (side >= TINY_SIDE || named.length === 0) return [];
    const why = `${width} x ${height} pixels; models see 224.`;
    return [{ certainty: 'certain', why, photos: [row], products: named, measures: { width, height }, weight: -side }];
  });
  const bare = products.flatMap((product, at): Draft[] =>
    product.photos.length > 0
      ? []
      : [
          {
            certainty: 'certain',
            why: 'The product is active and has no photo.',
            photos: [],
            products: [at],
            weight: 1,
          },
        ],
  );
  return [
    {
      kind: 'broken-photos',
      title: 'Photos that the import could not use',
      unit: 'photos',
      advice: 'Replace the files and import again; weft quarantine names every one of them with its row.',
      drafts: setAside.filter(({ code }) => code !== NO_PHOTO).flatMap(refusals),
    },
    {
      kind: 'no-photos',
      title: 'Offers and products without a photo',
      unit: 'offers',
      advice: 'Give each a photo that can be read: without one it is neither learned nor recommended.',
      drafts: [...bare, ...setAside.filter(({ code }) => code === NO_PHOTO).flatMap(refusals)],
    },
    {
      kind: 'tiny-photos',
      title: 'Photos too small to show the garment',
      unit: 'photos',
      advice: `Put larger files in the feed: ${TINY_SIDE * 2} pixels on the longer side, better 500 and more.`,
      drafts: tiny,
    },
  ];
}

/** One draft a refusal, so that counts add up; the first few have words. */
function refusals({ code, count, examples }: SetAside): Draft[] {
  return Array.from({ length: count }, (_, at) => {
    const example = examples[at];
    const value = example === undefined ? '' : `${example.offerId ?? 'a row'}: ${example.value}. ${example.message}`;
    const why = example === undefined ? `Refused: ${code}.` : value;
    return { certainty: 'certain', why, photos: [], products: [], weight: -at };
  });
}
