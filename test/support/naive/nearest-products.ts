import { type NaiveFacts, type NaiveFilter, naivelyPasses } from './filters.js';

/** A product as the naive search knows it. */
export interface NaiveProduct {
  generation: number;
  card: { productId: string; styleId: string };
  facts: NaiveFacts;
  embedding: Float32Array;
}

export interface NaiveQuestion {
  generation: number;
  query: Float32Array;
  count: number;
  filter: NaiveFilter | null;
  now: Date;
  boosts: { filter: NaiveFilter; weight: number }[];
  minimumSimilarity: number | null;
  excludeProducts: string[];
  excludeStyles: string[];
  onePerStyle: boolean;
}

/** Repeated selection of the best that is left: no sorting, no shared code. */
export function naiveNearest(
  products: NaiveProduct[],
  question: NaiveQuestion,
): { matching: number; nearest: { productId: string; similarity: number; boost: number }[] } {
  const left = new Map<string, { styleId: string; similarity: number; boost: number }>();
  for (const { generation, card, facts, embedding } of products) {
    if (generation !== question.generation) continue;
    if (question.excludeProducts.includes(card.productId)) continue;
    if (question.excludeStyles.includes(card.styleId)) continue;
    if (question.filter !== null && !naivelyPasses(facts, question.filter, question.now)) continue;
    let similarity = 0;
    for (let i = 0; i < embedding.length; i += 1) similarity += Number(embedding[i]) * Number(question.query[i]);
    if (question.minimumSimilarity !== null && similarity < question.minimumSimilarity) continue;
    let boost = 0;
    for (const { filter, weight } of question.boosts) if (naivelyPasses(facts, filter, question.now)) boost += weight;
    left.set(card.productId, { styleId: card.styleId, similarity, boost });
  }
  const matching = left.size;
  const nearest: { productId: string; similarity: number; boost: number }[] = [];
  while (left.size > 0 && nearest.length < question.count) {
    let best: string | null = null;
    for (const [productId, { similarity, boost }] of left) {
      const leader = best === null ? undefined : left.get(best);
      const score = leader === undefined ? -Infinity : leader.similarity + leader.boost;
      const isTie = similarity + boost === score && best !== null && productId < best;
      if (similarity + boost > score || isTie) best = productId;
    }
    if (best === null) break;
    const { styleId, similarity, boost } = left.get(best) as { styleId: string; similarity: number; boost: number };
    nearest.push({ productId: best, similarity, boost });
    left.delete(best);
    if (question.onePerStyle) {
      for (const [productId, other] of left) if (other.styleId === styleId) left.delete(productId);
    }
  }
  return { matching, nearest };
}
