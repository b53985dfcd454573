/** Photos with their labels and vectors. All lists run in step. */
export interface RetrievalSet {
  products: string[];
  styles: string[];
  categories: (string | null)[];
  genders: (string | null)[];
  imageIds: string[];
  vectors: Float32Array; // [n, dim]
  /** Mean CIELAB (D65) of each photo's foreground. */
  lab: Float32Array; // [n, 3]
}

/** What is known of a photo. */
export interface PhotoLabel {
  imageId: string;
  productId: string;
  styleId: string;
  category: string | null;
  gender: string | null;
}

/**
 * @param lab `[n, 3]`
 * @param vectors `[n, dim]`
 */
export function retrievalSet(labels: readonly PhotoLabel[], lab: Float32Array, vectors: Float32Array): RetrievalSet {
  return {
    products: labels.map(({ productId }) => productId),
    styles: labels.map(({ styleId }) => styleId),
    categories: labels.map(({ category }) => category),
    genders: labels.map(({ gender }) => gender),
    imageIds: labels.map(({ imageId }) => imageId),
    vectors,
    lab,
  };
}

/** @throws RangeError when the lists are not in step. */
export function assertInStep(set: RetrievalSet, dim: number): void {
  const n = set.products.length;
  const lengths = [set.styles, set.categories, set.genders, set.imageIds].map((list) => list.length);
  if (lengths.some((length) => length !== n) || set.vectors.length !== n * dim || set.lab.length !== n * 3) {
    throw new RangeError(
      `A retrieval set of ${n} photos needs ${n} labels of each kind, [${n}, ${dim}] vectors and [${n}, 3] colours; ` +
        `it has ${lengths.join(', ')} labels, ${set.vectors.length} vector values and ${set.lab.length} colour values.`,
    );
  }
}

/** Small integers for labels, shared by both lists, so that inner loops compare numbers. */
export function numberLabels(...lists: string[][]): Int32Array[] {
  const numbers = new Map<string, number>();
  return lists.map((list) =>
    Int32Array.from(list, (label) => {
      const known = numbers.get(label);
      if (known !== undefined) return known;
      numbers.set(label, numbers.size);
      return numbers.size - 1;
    }),
  );
}
