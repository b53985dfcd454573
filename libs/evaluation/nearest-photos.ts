import { forEachInnerProducts } from './inner-products.js';
import { isBefore, ranksOfRelevant } from './ranks.js';
import type { RetrievalQuestion } from './retrieval.js';
import { assertInStep, numberLabels } from './retrieval-set.js';

/** One answer to a photo. */
export interface NearPhoto {
  /** Row of the gallery. */
  row: number;
  /** Inner product of query and answer. */
  similarity: number;
  /** `product`: of the query's product; `style`: of its style in another colour; `other`: of another style. */
  relation: 'product' | 'style' | 'other';
}

/** What a photo is answered with. */
export interface PhotoAnswer {
  /** Row of the query in its set. */
  query: number;
  /** The most similar photos, best first. */
  nearest: NearPhoto[];
  /** Place of the first photo of the query's style among all others, from 1; null where there is none to find. */
  firstOfStyle: number | null;
}

/**
 * The `count` nearest photos of every query, ranked as `measureRetrieval` ranks them: never the photo itself, equal
 * similarities in gallery order.
 *
 * @throws RangeError when a set's lists are not in step
 */
export function nearestPhotos({ queries, gallery, dim }: RetrievalQuestion, count: number): PhotoAnswer[] {
  assertInStep(queries, dim);
  assertInStep(gallery, dim);
  const [queryImages, galleryImages] = numberLabels(queries.imageIds, gallery.imageIds) as [Int32Array, Int32Array];
  const answers: PhotoAnswer[] = [];
  forEachInnerProducts(queries.vectors, gallery.vectors, dim, (query, similarities) => {
    const isSelf = (row: number) => galleryImages[row] === queryImages[query];
    const isOfStyle = (row: number) => gallery.styles[row] === queries.styles[query];
    const relation = (row: number) => {
      if (gallery.products[row] === queries.products[query]) return 'product';
      return isOfStyle(row) ? 'style' : 'other';
    };
    const relevant = gallery.styles.flatMap((_, row) => (isOfStyle(row) && !isSelf(row) ? [row] : []));
    const ranks = ranksOfRelevant(similarities, relevant, (row) => !isOfStyle(row) && !isSelf(row));
    answers.push({
      query,
      nearest: best(similarities, count, isSelf).map((row) => ({
        row,
        similarity: similarities[row] as number,
        relation: relation(row),
      })),
      firstOfStyle: ranks[0] ?? null,
    });
  });
  return answers;
}

/** The `count` first rows, without sorting the others. */
function best(similarities: Float32Array, count: number, isLeftOut: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < similarities.length; row += 1) {
    const last = rows[count - 1];
    if ((last !== undefined && !isBefore(similarities, row, last)) || isLeftOut(row)) continue;
    let place = rows.length;
    while (place > 0 && isBefore(similarities, row, rows[place - 1] as number)) place -= 1;
    rows.splice(place, 0, row);
    if (rows.length > count) rows.pop();
  }
  return rows;
}
