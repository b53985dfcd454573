import type { PhotoLabels } from './photo-labels.js';

/** Shops that have photos, and what part each has in a training: by how many styles it has. */
export function sharesOfShops(
  shops: readonly (readonly number[])[],
  { style }: Pick<PhotoLabels, 'style'>,
): { rows: readonly number[]; share: number }[] {
  const counted = shops
    .filter(({ length }) => length > 0)
    .map((rows) => ({ rows, styles: new Set(rows.map((row) => style[row])).size }));
  const all = counted.reduce((sum, { styles }) => sum + styles, 0);
  return counted.map(({ rows, styles }) => ({ rows, share: styles / all }));
}
