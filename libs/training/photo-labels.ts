import type { Snapshot } from '#datasets';
import { takeRows } from './rows.js';

/** Labels of photos, by row. Equal numbers are equal labels. */
export interface PhotoLabels {
  photo: Int32Array;
  /** Which picture of a photo a row shows: an augmented view is another one. */
  view: Int32Array;
  product: Int32Array;
  style: Int32Array;
  /** Kind of garment; -1 where it is not known. */
  category: Int32Array;
  /** Mean CIELAB colour of the foreground, three numbers a row. */
  lab: Float32Array;
}

/** What losses know of the rows of a batch. */
export type BatchLabels = Omit<PhotoLabels, 'category'>;

/** Numbers for the labels of all photos, in order of first appearance. */
export function labelPhotos({ photos, lab }: Pick<Snapshot, 'photos' | 'lab'>): PhotoLabels {
  const numbered = (names: (string | null)[]) => {
    const numbers = new Map<string, number>();
    return Int32Array.from(names, (name) => {
      if (name === null) return -1;
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      return number;
    });
  };
  const photo = numbered(photos.map(({ imageId }) => imageId));
  return {
    photo,
    view: photo,
    product: numbered(photos.map(({ productId }) => productId)),
    style: numbered(photos.map(({ styleId }) => styleId)),
    category: numbered(photos.map(({ category }) => category)),
    lab,
  };
}

/** The labels of some photos, in the order asked for. */
export function labelsOf(labels: PhotoLabels, rows: Iterable<number>): BatchLabels {
  const order = Int32Array.from(rows);
  const take = (all: Int32Array) => order.map((row) => all[row] as number);
  const { photo, view, product, style } = labels;
  const lab = takeRows(labels.lab, 3, [...order]);
  return { photo: take(photo), view: take(view), product: take(product), style: take(style), lab };
}

/** Styles with two different photos: the only ones that give a positive. */
export function stylesWithPositive({ photos }: Snapshot, rows: readonly number[]): number {
  const images = new Map<string, Set<string>>();
  for (const row of rows) {
    const photo = photos[row];
    if (photo) images.set(photo.styleId, (images.get(photo.styleId) ?? new Set()).add(photo.imageId));
  }
  return [...images.values()].filter((ofStyle) => ofStyle.size > 1).length;
}

/** Styles, products and photos among some rows. */
export function countPhotos(
  { photos }: Snapshot,
  rows: readonly number[],
): { styles: number; products: number; photos: number } {
  const own = rows.flatMap((row) => photos[row] ?? []);
  return {
    styles: new Set(own.map(({ styleId }) => styleId)).size,
    products: new Set(own.map(({ productId }) => productId)).size,
    photos: own.length,
  };
}
