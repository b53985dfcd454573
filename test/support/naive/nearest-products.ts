/** A product as the naive search knows it. */
export interface NaiveProduct {
  generation: number;
  card: {
    productId: string;
    styleId: string;
    category: string | null;
    gender: string | null;
    price: number | null;
    salePrice: number | null;
    inStock: boolean;
  };
  embedding: Float32Array;
}

export interface NaiveQuestion {
  generation: number;
  query: Float32Array;
  count: number;
  filter: { category?: string; gender?: string[]; minPrice?: number; maxPrice?: number; inStock?: boolean };
  excludeProducts: string[];
  excludeStyles: string[];
  onePerStyle: boolean;
}

/** Repeated selection of the best that is left: no sorting, no shared code. */
export function naiveNearest(
  products: NaiveProduct[],
  question: NaiveQuestion,
): { matching: number; nearest: { productId: string; similarity: number }[] } {
  const left = new Map<string, { styleId: string; similarity: number }>();
  for (const { generation, card, embedding } of products) {
    const { category, gender, minPrice, maxPrice, inStock } = question.filter;
    const pays = card.salePrice === null ? card.price : card.salePrice;
    if (generation !== question.generation) continue;
    if (question.excludeProducts.includes(card.productId)) continue;
    if (question.excludeStyles.includes(card.styleId)) continue;
    if (category !== undefined && category !== card.category) continue;
    if (gender !== undefined && !gender.map((name) => name.toLowerCase()).includes(card.gender ?? '')) continue;
    if (minPrice !== undefined && !(pays !== null && pays >= minPrice)) continue;
    if (maxPrice !== undefined && !(pays !== null && pays <= maxPrice)) continue;
    if (inStock !== undefined && inStock !== card.inStock) continue;
    let similarity = 0;
    for (let i = 0; i < embedding.length; i += 1) similarity += Number(embedding[i]) * Number(question.query[i]);
    left.set(card.productId, { styleId: card.styleId, similarity });
  }
  const matching = left.size;
  const nearest: { productId: string; similarity: number }[] = [];
  while (left.size > 0 && nearest.length < question.count) {
    let best: string | null = null;
    for (const [productId, { similarity }] of left) {
      const bestSimilarity = best === null ? -Infinity : Number(left.get(best)?.similarity);
      const isTie = similarity === bestSimilarity && best !== null && productId < best;
      if (similarity > bestSimilarity || isTie) best = productId;
    }
    if (best === null) break;
    const { styleId, similarity } = left.get(best) as { styleId: string; similarity: number };
    nearest.push({ productId: best, similarity });
    left.delete(best);
    if (question.onePerStyle) {
      for (const [productId, other] of left) if (other.styleId === styleId) left.delete(productId);
    }
  }
  return { matching, nearest };
}
