import { createHash } from 'node:crypto';
import { type FeatureSpace, featureWidth, WeftError, type ImageId, type ProductId, type StyleId } from '#foundation';
import { assignSplit, type Split } from './split.js';

const LAB_PER_PHOTO = 3;

/** One photo of one product, with everything training and evaluation may know about it. */
export interface SnapshotPhoto {
  imageId: ImageId;
  productId: ProductId;
  styleId: StyleId;
  category: string | null;
  gender: string | null;
  colour: string | null;
  split: Split;
}

/** Augmented views of photos: the shape block of their features. Their colour is that of the photo itself. */
export interface ShapeViews {
  /** Of which photo each view is. */
  photos: ImageId[];
  shape: Float32Array; // [views, columns of shape]
}

/** The frozen input of one training: together with a seed it names a run. */
export interface Snapshot extends FeatureSpace {
  /** Ordered by product id, then image id; no pair of them twice. */
  photos: SnapshotPhoto[];
  features: Float32Array; // [photos, width of the layout]
  /** Mean CIELAB colour of each photo's foreground. */
  lab: Float32Array; // [photos, 3]
  /** Augmented views for training alone; null: none. */
  views: ShapeViews | null;
  /** Installation salt that the splits were cut with. */
  salt: string;
  /** Photos left out because products of several styles claim the same image: their label would be a contradiction. */
  contradictions: number;
  /** SHA-256 over everything above. */
  hash: string;
}

/**
 * Builds a snapshot from catalogue rows in any order: repeated (product, image) pairs are kept once, photos claimed by
 * several styles are left out and counted, splits are assigned, and the order is made canonical so that the same
 * catalogue gives the same hash.
 *
 * @param input.features [photos, width of the layout], row i belongs to photo i
 * @param input.lab [photos, 3]
 * @param input.views those of photos that are left out are left out, too. @default none
 * @throws WeftError `snapshot-shape` when the arrays do not fit the photos.
 */
export function buildSnapshot(
  input: FeatureSpace & {
    photos: readonly Omit<SnapshotPhoto, 'split'>[];
    features: Float32Array;
    lab: Float32Array;
    views?: ShapeViews | null;
    salt: string;
  },
): Snapshot {
  const width = featureWidth(input.layout);
  requireShape('features', input.features, input.photos.length, width);
  requireShape('lab', input.lab, input.photos.length, LAB_PER_PHOTO);
  const { views = null, layout } = input;
  if (views !== null) requireShape('views', views.shape, views.photos.length, layout.shape);

  const styleOfImage = new Map<ImageId, StyleId>();
  const contested = new Set<ImageId>();
  for (const photo of input.photos) {
    const known = styleOfImage.get(photo.imageId);
    if (known !== undefined && known !== photo.styleId) contested.add(photo.imageId);
    styleOfImage.set(photo.imageId, photo.styleId);
  }
  const rows = input.photos
    .map((photo, row) => ({ photo, row }))
    .sort((a, b) => compareText(a.photo.productId, b.photo.productId) || compareText(a.photo.imageId, b.photo.imageId))
    .filter(({ photo }, at, all) => {
      const before = all[at - 1]?.photo;
      return before?.productId !== photo.productId || before.imageId !== photo.imageId;
    });
  const kept = rows.filter(({ photo }) => !contested.has(photo.imageId));

  const features = new Float32Array(kept.length * width);
  const lab = new Float32Array(kept.length * LAB_PER_PHOTO);
  kept.forEach(({ row }, at) => {
    features.set(rowOf(input.features, row, width), at * width);
    lab.set(rowOf(input.lab, row, LAB_PER_PHOTO), at * LAB_PER_PHOTO);
  });
  const content = {
    photos: kept.map(({ photo }) => ({
      imageId: photo.imageId,
      productId: photo.productId,
      styleId: photo.styleId,
      category: photo.category,
      gender: photo.gender,
      colour: photo.colour,
      split: assignSplit(photo.styleId, input.salt),
    })),
    features,
    lab,
    views: views && viewsOf(new Set(kept.map(({ photo }) => photo.imageId)), views, layout.shape),
    extractorId: input.extractorId,
    layout,
    salt: input.salt,
    contradictions: rows.length - kept.length,
  };
  return { ...content, hash: snapshotHash(content) };
}

/** SHA-256 over photos, numbers, extractor and salt: equal hashes mean equal training input. */
export function snapshotHash(snapshot: Omit<Snapshot, 'hash'>): string {
  const { photos, extractorId, layout, salt, contradictions, views } = snapshot;
  const document = { photos, extractorId, layout, salt, contradictions, ...(views && { views: views.photos }) };
  const hash = createHash('sha256').update(JSON.stringify(document));
  for (const values of [snapshot.features, snapshot.lab, ...(views ? [views.shape] : [])]) {
    const bytes = bytesOf(values);
    // A hash takes less than 2 GiB at once.
    for (let at = 0; at < bytes.length; at += 2 ** 30) hash.update(bytes.subarray(at, at + 2 ** 30));
  }
  return hash.digest('hex');
}

function viewsOf(kept: ReadonlySet<ImageId>, { photos, shape }: ShapeViews, width: number): ShapeViews {
  const rows = photos.flatMap((photo, row) => (kept.has(photo) ? [row] : []));
  const own = new Float32Array(rows.length * width);
  rows.forEach((row, at) => own.set(rowOf(shape, row, width), at * width));
  return { photos: rows.map((row) => photos[row] as ImageId), shape: own };
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function rowOf(values: Float32Array, row: number, width: number): Float32Array {
  return values.subarray(row * width, (row + 1) * width);
}

function requireShape(name: string, values: Float32Array, rows: number, width: number): void {
  if (values.length === rows * width) return;
  throw new WeftError('snapshot-shape', `The ${name} of ${rows} photos must be ${rows * width} numbers.`, {
    value: values.length,
  });
}

/** Code unit order: the same on every machine, unlike localeCompare. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
