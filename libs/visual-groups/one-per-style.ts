import { EMBEDDING_SIZE, type StyleId } from '#foundation';
import type { GroupedProduct } from './grouped-product.js';

/** Products and their points at a dial, `[n, 128]`. */
interface Placed {
  products: GroupedProduct[];
  points: Float32Array;
}

/** Of each style the product nearest to the mean of its colours; the first of equal ones. */
export function onePerStyle({ products, points }: Placed): Placed {
  const styles = new Map<StyleId, number[]>();
  products.forEach(({ styleId }, row) => {
    const rows = styles.get(styleId);
    if (rows === undefined) styles.set(styleId, [row]);
    else rows.push(row);
  });
  const chosen = [...styles.values()].map((rows) => nearestToMean(points, rows)).sort((a, b) => a - b);
  const kept = new Float32Array(chosen.length * EMBEDDING_SIZE);
  chosen.forEach((row, at) => {
    kept.set(points.subarray(row * EMBEDDING_SIZE, (row + 1) * EMBEDDING_SIZE), at * EMBEDDING_SIZE);
  });
  return { products: chosen.map((row) => products[row] as GroupedProduct), points: kept };
}

/** Points are of unit length: the nearest has the largest sum of inner products with all. */
function nearestToMean(points: Float32Array, rows: number[]): number {
  const sum = new Float64Array(EMBEDDING_SIZE);
  const each = (row: number, visit: (value: number, d: number) => void) => {
    for (let d = 0; d < EMBEDDING_SIZE; d += 1) visit(points[row * EMBEDDING_SIZE + d] as number, d);
  };
  rows.forEach((row) => each(row, (value, d) => (sum[d] = (sum[d] as number) + value)));
  let [best, most] = [rows[0] as number, -Infinity];
  for (const row of rows) {
    let product = 0;
    each(row, (value, d) => (product += value * (sum[d] as number)));
    if (product > most) [best, most] = [row, product];
  }
  return best;
}
