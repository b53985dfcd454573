import type { NaivePhoto } from './retrieval.js';

/** Everything sorted, for one query: the oracle of `nearestPhotos`. Similarities in float32, as the real one keeps them. */
export function naiveNearest(query: NaivePhoto, gallery: NaivePhoto[], count: number) {
  const ranked: { row: number; similarity: number; photo: NaivePhoto }[] = [];
  for (const [row, photo] of gallery.entries()) {
    if (photo.image === query.image) continue;
    let sum = 0;
    for (let d = 0; d < query.vector.length; d += 1) sum += query.vector[d]! * photo.vector[d]!;
    ranked.push({ row, similarity: Math.fround(sum), photo });
  }
  ranked.sort((a, b) => b.similarity - a.similarity || a.row - b.row);
  const firstOfStyle = ranked.findIndex(({ photo }) => photo.style === query.style);
  return {
    nearest: ranked.slice(0, count).map(({ row, similarity, photo }) => {
      let relation = 'other';
      if (photo.style === query.style) relation = 'style';
      if (photo.product === query.product) relation = 'product';
      return { row, similarity, relation };
    }),
    firstOfStyle: firstOfStyle === -1 ? null : firstOfStyle + 1,
  };
}
