import { EMBEDDING_SIZE, SHAPE_SIZE } from '#foundation';

/** Where each part lies in an embedding: [start, end). */
const PARTS = { shape: [0, SHAPE_SIZE], colour: [SHAPE_SIZE, EMBEDDING_SIZE] } as const;

/** Similarity in total, at one dial, and by part. Each is in [-1, 1]. */
export interface PartSimilarity {
  total: number;
  shape: number;
  colour: number;
}

/** Fails on what is no dial. @throws RangeError */
function assertDial(dial: number): void {
  if (!(dial >= 0 && dial <= 1)) throw new RangeError(`A dial lies in [0, 1], not at ${dial}.`);
}

/**
 * Turns embeddings into queries for one setting of the dial: `[(1 - t) shape ; t colour]`. The inner product with an
 * unscaled embedding is then `(1 - t) cos(shape) + t cos(colour)`, so that one index serves every setting.
 *
 * @param embeddings `[n, 128]`, not changed
 * @param dial t in [0, 1]: 0 asks for the same cut in any colour, 1 for the same colour in any cut
 * @returns `[n, 128]`
 */
export function scaleQuery(embeddings: Float32Array, dial: number): Float32Array {
  assertDial(dial);
  if (embeddings.length % EMBEDDING_SIZE !== 0) {
    throw new RangeError(`Embeddings are ${EMBEDDING_SIZE} wide; ${embeddings.length} values are no multiple of it.`);
  }
  return embeddings.map((value, position) => (position % EMBEDDING_SIZE < SHAPE_SIZE ? 1 - dial : dial) * value);
}

/** Inner product of `[start, end)` of two vectors. */
export function innerProduct(a: Float32Array, b: Float32Array, start = 0, end = a.length): number {
  let sum = 0;
  for (let i = start; i < end; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Rounding takes the product of two directions a little beyond what a cosine can be. */
const cosine = (product: number) => Math.min(1, Math.max(-1, product));

/**
 * Cosine of each part of two embeddings, and their mean weighted by the dial. Parts are of unit length, or zero where
 * a profile has cancelled itself out: such a part is similar to nothing, 0.
 */
export function similarityByPart(a: Float32Array, b: Float32Array, dial: number): PartSimilarity {
  assertDial(dial);
  const shape = cosine(innerProduct(a, b, ...PARTS.shape));
  const colour = cosine(innerProduct(a, b, ...PARTS.colour));
  return { total: (1 - dial) * shape + dial * colour, shape, colour };
}

/**
 * Scales each part of an embedding to unit length, in place. A part whose norm is below 1e-9 has no direction and
 * becomes zero.
 */
export function normaliseParts(embedding: Float32Array): Float32Array {
  for (const [start, end] of [PARTS.shape, PARTS.colour]) {
    const norm = Math.sqrt(innerProduct(embedding, embedding, start, end));
    for (let i = start; i < end; i += 1) embedding[i] = norm < 1e-9 ? 0 : (embedding[i] as number) / norm;
  }
  return embedding;
}
