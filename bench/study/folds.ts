import { Random } from '#foundation';

/** Rows that are trained on, and rows of other styles that are asked. */
export interface Fold {
  train: number[];
  asked: number[];
}

/**
 * Thirds of the styles, drawn by the seed: each is asked once, by heads that were trained on the other two.
 *
 * @param styles style of each row
 */
export function foldsOf(styles: readonly string[], seed: number, count = 3): Fold[] {
  const shuffled = new Random(seed).shuffled([...new Set(styles)].sort());
  const foldOf = new Map(shuffled.map((style, at) => [style, at % count]));
  return Array.from({ length: count }, (_, fold) => {
    const rows = styles.map((_, row) => row);
    const isAsked = (row: number) => foldOf.get(styles[row] ?? '') === fold;
    return { train: rows.filter((row) => !isAsked(row)), asked: rows.filter(isAsked) };
  });
}
