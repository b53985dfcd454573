import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { EMBEDDING_SIZE, SHAPE_SIZE } from '#foundation';
import type { LoggedProduct, Session } from './sessions.js';

/** Clicks before one that count as seen with it, the n-th of them as 1/n. */
const WINDOW = 10;
/** Dimensions of what is seen together. 32 lose nothing against 96, which the log is too short to fill. */
const SEEN_TOGETHER = 32;
/** Width of a price band in the log's currency, and how many bands there are. */
const BAND = 8;
const BANDS = 10;
/** How much each attribute says, and where its values begin in the colour part. */
const ATTRIBUTES = {
  colour: { from: 0, weight: 1 },
  photography: { from: 14, weight: 0.5 },
  price: { from: 16, weight: 0.7 },
  category: { from: 26, weight: 0.7 },
};

/**
 * Vectors for products without photos, in the form of real ones: in place of the shape what is clicked together, in place
 * of the colour what the log says of the product, each of unit length.
 *
 * The first is the largest eigenvectors, by absolute value, of the positive pointwise mutual information of clicks in one
 * session, each times the root of its eigenvalue (Levy and Goldberg, NIPS 2014).
 *
 * @param sessions of the months that are learned from, and no others
 */
export function productVectors(products: LoggedProduct[], sessions: Session[]): Map<string, Float32Array> {
  const seenTogether = factorise(mutualInformation(products, sessions));
  return new Map(
    products.map((product, i) => {
      const vector = new Float32Array(EMBEDDING_SIZE);
      vector.set(seenTogether[i] as number[], 0);
      vector.set(unit(attributesOf(product)), SHAPE_SIZE);
      return [product.id, vector];
    }),
  );
}

function mutualInformation(products: LoggedProduct[], sessions: Session[]): number[][] {
  const positions = new Map(products.map(({ id }, i) => [id, i]));
  const together = products.map(() => products.map(() => 0));
  for (const { products: clicked } of sessions) {
    clicked.forEach((id, at) => {
      for (let before = Math.max(0, at - WINDOW); before < at; before += 1) {
        const [a, b] = [positions.get(id) as number, positions.get(clicked[before] as string) as number];
        if (a === b) continue;
        together[a]![b]! += 1 / (at - before);
        together[b]![a]! += 1 / (at - before);
      }
    });
  }
  const sums = together.map((row) => row.reduce((sum, count) => sum + count, 0));
  const total = sums.reduce((sum, count) => sum + count, 0);
  return together.map((row, a) =>
    row.map((count, b) => (count === 0 ? 0 : Math.max(0, Math.log((count * total) / (sums[a]! * sums[b]!))))),
  );
}

function factorise(symmetric: number[][]): number[][] {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(symmetric), {
    assumeSymmetric: true,
  });
  const strength = (column: number) => Math.abs(realEigenvalues[column] as number);
  const columns = realEigenvalues.map((_, column) => column).sort((a, b) => strength(b) - strength(a));
  const kept = columns.slice(0, SEEN_TOGETHER);
  return symmetric.map((_, row) =>
    unit(kept.map((column) => eigenvectorMatrix.get(row, column) * Math.sqrt(strength(column)))),
  );
}

function attributesOf({ colour, photography, price, category }: LoggedProduct): number[] {
  const values = Array.from({ length: EMBEDDING_SIZE - SHAPE_SIZE }, () => 0);
  const mark = ({ from, weight }: { from: number; weight: number }, value: number) => (values[from + value] = weight);
  mark(ATTRIBUTES.colour, Number(colour) - 1);
  mark(ATTRIBUTES.photography, Number(photography) - 1);
  mark(ATTRIBUTES.price, Math.min(BANDS - 1, Math.floor(price / BAND)));
  mark(ATTRIBUTES.category, Number(category) - 1);
  return values;
}

function unit(values: number[]): number[] {
  const norm = Math.hypot(...values);
  return values.map((value) => (norm === 0 ? 0 : value / norm));
}
