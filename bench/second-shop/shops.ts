import type { LabelledPhotos } from '../../apps/cli/labelled-photos.js';
import { buildSnapshot, type Snapshot } from '#datasets';
import { featureWidth } from '#foundation';
import { takeRows } from '#training';

/** A shop by the name that stands in the tables. */
export interface Shop {
  name: string;
  photos: LabelledPhotos;
}

/** The photos of each gender, as if they were of two shops. Photos of no gender, or of both, are of neither. */
export function cutByGender(photos: LabelledPhotos): [Shop, Shop] {
  const of = (name: string, gender: string): Shop => ({
    name,
    photos: only(photos, (row) => photos.labels[row]?.gender === gender),
  });
  return [of('women', 'female'), of('men', 'male')];
}

/** A shop without the photos that another one shows, too: they would be trained on by another name. */
export function without(shop: Shop, other: Shop): Shop {
  const shown = new Set(other.photos.labels.map(({ imageId }) => imageId));
  return { ...shop, photos: only(shop.photos, (row) => !shown.has(shop.photos.labels[row]!.imageId)) };
}

/** A shop as it is trained on; a salt is a split. */
export function snapshotOf({ photos }: Shop, salt: string): Snapshot {
  const { labels, features, lab, extractorId, layout } = photos;
  return buildSnapshot({
    photos: labels.map((label) => ({ ...label, colour: null })),
    ...{ features, lab, extractorId, layout, salt },
  });
}

function only(photos: LabelledPhotos, isKept: (row: number) => boolean): LabelledPhotos {
  const rows = photos.labels.flatMap((_, row) => (isKept(row) ? [row] : []));
  return {
    ...photos,
    labels: rows.flatMap((row) => photos.labels[row] ?? []),
    features: takeRows(photos.features, featureWidth(photos.layout), rows),
    lab: takeRows(photos.lab, 3, rows),
  };
}
