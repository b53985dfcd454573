/** A neighbour that votes for a product. */
export interface Voter<Product> {
  productId: Product;
  /** Larger is nearer. */
  logOdds: number;
  /** What its vote weighs: the probability that it shows the query's product. */
  probability: number;
}

/** What a product got. */
export interface Vote<Product> {
  productId: Product;
  /** Neighbours that voted for it. */
  photos: number;
  /** Sum of their probabilities. */
  weight: number;
  /** Of its nearest photo. */
  logOdds: number;
}

/**
 * The vote of the k nearest neighbours, weighted by nearness (Dudani, 1976): the weight of each is the probability that it
 * shows what the query shows.
 *
 * @param voters best first
 * @returns best first; equal weights by the nearest photo, then in the order in which the voters came
 */
export function neighbourVote<Product>(voters: readonly Voter<Product>[]): Vote<Product>[] {
  const votes = new Map<Product, Vote<Product>>();
  for (const { productId, logOdds, probability } of voters) {
    const vote = votes.get(productId) ?? { productId, photos: 0, weight: 0, logOdds };
    votes.set(productId, {
      ...vote,
      ...{ photos: vote.photos + 1, weight: vote.weight + probability, logOdds: Math.max(vote.logOdds, logOdds) },
    });
  }
  return [...votes.values()].sort((a, b) => b.weight - a.weight || b.logOdds - a.logOdds);
}
