import { EMBEDDING_SIZE, type ImageId, type ProductId, SHAPE_SIZE } from '#foundation';
import type { AuditedCatalogue } from './audited-catalogue.js';
import { labelsOf } from './labels.js';
import { PhotoSpace } from './photo-space.js';
import { picturesOf } from './pictures.js';
import { findSamePictures } from './same-pictures.js';

/** Listings of several styles that show one picture. */
export interface NearDuplicates {
  /** `placeholder`: the picture shows none of them; it is under three and more styles that share no title. */
  kind: 'copies' | 'placeholder';
  styles: number;
  /** Each with its first photo of the picture. By product id. */
  listings: { productId: ProductId; imageId: ImageId }[];
  /** Different files of the picture. 1: they name the same one. */
  files: number;
  /** Cosines of the two files that are least alike; null for one file, or without an embedding of any other. */
  least: { shape: number; colour: number } | null;
}

/** What near-duplicates were looked for among. */
export interface NearDuplicateListings {
  photos: number;
  /** Photos that were imported before their looks were kept; an audit looks at them. */
  photosNotLookedAt: number;
  /** Copies before placeholders; those of more styles, then of more listings first. */
  groups: NearDuplicates[];
}

/**
 * Finds products of different styles that show the same picture: the same file, or copies that are scaled, recompressed or
 * in another format. As an audit finds them, by perceptual hash and colours; but placed by the embeddings of a generation,
 * so that what comes out is what looks alike to shoppers who are answered from it.
 *
 * @param embeddings of photos, `[128]` each; a photo without one is compared by its looks alone
 * @param pause awaited now and then
 */
export async function nearDuplicateListings(
  catalogue: AuditedCatalogue,
  embeddings: ReadonlyMap<ImageId, Float32Array>,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<NearDuplicateListings> {
  const { photos, products } = catalogue;
  const labels = labelsOf(catalogue);
  const { copies } = await findSamePictures(photos, labels, shapeSpace(catalogue, embeddings), pause);
  const groups = [...picturesOf(catalogue, labels, copies)]
    .filter(({ styles, isFlat }) => styles.length > 1 && !isFlat)
    .map((picture): NearDuplicates => {
      const listings = picture.products.flatMap((at) => {
        const product = products[at];
        const row = product?.photos.find((photo) => picture.photos.includes(photo));
        const imageId = row === undefined ? undefined : photos[row]?.imageId;
        return product === undefined || imageId === undefined ? [] : [{ productId: product.productId, imageId }];
      });
      const vectors = picture.photos.flatMap((row) => embeddings.get(photos[row]?.imageId as ImageId) ?? []);
      return {
        kind: picture.isPlaceholder ? 'placeholder' : 'copies',
        styles: picture.styles.length,
        listings: listings.sort((a, b) => (a.productId < b.productId ? -1 : 1)),
        files: picture.photos.length,
        least: leastAlike(vectors),
      };
    });
  return {
    photos: photos.length,
    photosNotLookedAt: photos.filter(({ look }) => look === null).length,
    groups: groups.sort(byClearness),
  };
}

/** Photos by the shape part of their embeddings. */
function shapeSpace({ photos }: AuditedCatalogue, embeddings: ReadonlyMap<ImageId, Float32Array>): PhotoSpace {
  const vectors = new Float32Array(photos.length * SHAPE_SIZE);
  const isKnown = new Uint8Array(photos.length);
  photos.forEach(({ imageId }, row) => {
    const embedding = embeddings.get(imageId);
    if (embedding === undefined) return;
    vectors.set(embedding.subarray(0, SHAPE_SIZE), row * SHAPE_SIZE);
    isKnown[row] = 1;
  });
  return new PhotoSpace(vectors, new Float32Array(3 * photos.length), isKnown);
}

/** Files of one picture that are compared in pairs: a placeholder may have thousands. */
const MOST_COMPARED = 32;

function leastAlike(vectors: Float32Array[]): NearDuplicates['least'] {
  const some = vectors.slice(0, MOST_COMPARED);
  let least: NearDuplicates['least'] = null;
  some.forEach((a, at) => {
    for (const b of some.slice(at + 1)) {
      const shape = cosine(a, b, 0, SHAPE_SIZE);
      const colour = cosine(a, b, SHAPE_SIZE, EMBEDDING_SIZE);
      if (least === null || shape + colour < least.shape + least.colour) least = { shape, colour };
    }
  });
  return least;
}

function cosine(a: Float32Array, b: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let d = start; d < end; d += 1) sum += (a[d] as number) * (b[d] as number);
  return sum;
}

function byClearness(a: NearDuplicates, b: NearDuplicates): number {
  return (
    Number(a.kind === 'placeholder') - Number(b.kind === 'placeholder') ||
    b.styles - a.styles ||
    b.listings.length - a.listings.length ||
    ((a.listings[0]?.productId ?? '') < (b.listings[0]?.productId ?? '') ? -1 : 1)
  );
}
