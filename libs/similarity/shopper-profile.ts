import type { ProductId } from '#foundation';
import { similarityByPart } from './parts.js';
import { PROFILE_SETTINGS, type ProfileSettings, SIGNAL_WEIGHTS } from './profile-settings.js';
import { leftAfter, type WeighedSignal } from './signals.js';
import { wardClusters } from './ward-clusters.js';

/** Products that a shopper likes for one reason. */
export interface Interest {
  /** The product nearest to all of the interest, each as heavy as its signals: what is searched for, and its name. */
  medoid: ProductId;
  embedding: Float32Array; // [128], of the medoid
  /** Of all its products' signals together. */
  weight: number;
}

/** A product that may be a result. */
export interface Candidate {
  embedding: Float32Array; // [128]
  category: string | null;
}

/** How well a product suits a profile. */
export interface Relevance {
  /** `similarity` to the interest, less what is taken. Larger is better; at most 1. */
  total: number;
  /** The interest that it is most similar to: its position in `interests`. */
  interest: number;
  similarity: number;
  /** What dislikes take, 0 or more. */
  takenByDislikes: number;
  /** What a purchase of the same category takes, 0 or more. */
  takenByPurchase: number;
}

/** Similarity of two embeddings, in total, at one setting of the dial. */
export type Likeness = (a: Float32Array, b: Float32Array) => number;

/** Similarities at one dial, each computed once: reasons ask for the same pairs again and again. */
export function likenessAt(dial: number): Likeness {
  const known = new Map<Float32Array, Map<Float32Array, number>>();
  return (a, b) => {
    const ofA = known.get(a) ?? new Map<Float32Array, number>();
    known.set(a, ofA);
    let similarity = ofA.get(b);
    if (similarity === undefined) {
      similarity = similarityByPart(a, b, dial).total;
      ofA.set(b, similarity);
    }
    return similarity;
  };
}

/** Of a category. */
interface Purchase {
  at: Date;
  /** What it takes of the similarity of its category's products, in [0, 1]. */
  takes: number;
}

/** A product and what all signals about it come to. */
interface Opinion {
  productId: ProductId;
  embedding: Float32Array;
  weight: number;
}

/**
 * What a shopper likes, as several interests and not one average, what is disliked, and what was bought.
 *
 * Liked products are grouped by Ward's method at the dial, and the product nearest to each group's all stands for it:
 * PinnerSage (Pal et al., arXiv 2007.03634). An average of a coat and a sandal is neither.
 */
export class ShopperProfile {
  /** Heaviest first; empty where nothing is liked. */
  readonly interests: Interest[];
  private readonly dislikes: { embedding: Float32Array; takes: number }[];
  private readonly bought: Map<string, Purchase>;

  /**
   * @param signals joined by type and product, see `weighSignals`
   * @param likeness at the request's dial
   * @param now from which purchases age
   */
  constructor(
    signals: readonly WeighedSignal[],
    private readonly likeness: Likeness,
    now: Date,
    settings: ProfileSettings = PROFILE_SETTINGS,
  ) {
    this.bought = boughtCategories(signals, now, settings);
    const opinions = opinionsOf(signals, this.bought);
    const liked = opinions.filter(({ weight }) => weight > 0).slice(0, settings.products);
    this.interests = interestsOf(liked, likeness, settings.joinedUpTo).slice(0, settings.interests);
    this.dislikes = opinions
      .filter(({ weight }) => weight < 0)
      .map(({ embedding, weight }) => ({
        embedding,
        takes: settings.dislikeTakes * Math.min(1, weight / SIGNAL_WEIGHTS.dislike),
      }));
  }

  /** Whether anything is taken from any product, so that the most similar need not be the most relevant. */
  get takes(): boolean {
    return this.dislikes.length > 0 || this.takesByCategory;
  }

  /** Whether that depends on a product's category. */
  get takesByCategory(): boolean {
    return this.bought.size > 0;
  }

  /** How well a product suits this shopper; null where nothing is liked. */
  relevanceOf({ embedding, category }: Candidate): Relevance | null {
    let [interest, similarity] = [-1, -Infinity];
    this.interests.forEach((known, i) => {
      const likeness = this.likeness(known.embedding, embedding);
      if (likeness > similarity) [interest, similarity] = [i, likeness];
    });
    if (interest < 0) return null;
    const takenByDislikes = this.dislikes.reduce(
      (sum, disliked) => sum + disliked.takes * Math.max(0, this.likeness(disliked.embedding, embedding)) ** 2,
      0,
    );
    const takenByPurchase = Math.max(0, similarity) * ((category !== null && this.bought.get(category)?.takes) || 0);
    return {
      ...{ total: similarity - takenByDislikes - takenByPurchase, interest, similarity },
      ...{ takenByDislikes, takenByPurchase },
    };
  }
}

/** Products that the signals speak for more than against: what was viewed and then disliked is not liked. */
export function likedProducts(signals: readonly WeighedSignal[]): Set<ProductId> {
  const net = new Map<ProductId, number>();
  for (const { productId, weight } of signals) net.set(productId, (net.get(productId) ?? 0) + weight);
  return new Set([...net].flatMap(([productId, weight]) => (weight > 0 ? productId : [])));
}

/** The newest of each category, which takes most. */
function boughtCategories(
  signals: readonly WeighedSignal[],
  now: Date,
  { purchaseTakes, purchaseHalfLifeDays }: ProfileSettings,
): Map<string, Purchase> {
  const bought = new Map<string, Purchase>();
  for (const { type, category, at } of signals) {
    if (type !== 'purchase' || category === null) continue;
    if (at <= (bought.get(category)?.at ?? -Infinity)) continue;
    bought.set(category, { at, takes: purchaseTakes * leftAfter(purchaseHalfLifeDays, at, now) });
  }
  return bought;
}

/** Heaviest first, of equal weights by product id. What was liked before a purchase of its category counts less. */
function opinionsOf(signals: readonly WeighedSignal[], bought: ReadonlyMap<string, Purchase>): Opinion[] {
  const opinions = new Map<ProductId, Opinion>();
  for (const { productId, category, at, weight, embedding } of signals) {
    const purchase = category === null || weight < 0 ? undefined : bought.get(category);
    const left = purchase && purchase.at >= at ? 1 - purchase.takes : 1;
    const known = opinions.get(productId) ?? { productId, embedding, weight: 0 };
    opinions.set(productId, { ...known, weight: known.weight + left * weight });
  }
  return [...opinions.values()].sort((a, b) => b.weight - a.weight || (a.productId < b.productId ? -1 : 1));
}

/** Heaviest first, of equal weights by the medoid's id. */
function interestsOf(liked: Opinion[], likeness: Likeness, joinedUpTo: number): Interest[] {
  const squaredDistance = (a: number, b: number) =>
    2 - 2 * likeness((liked[a] as Opinion).embedding, (liked[b] as Opinion).embedding);
  return wardClusters(liked.length, squaredDistance, joinedUpTo)
    .map((members): Interest => {
      const products = members.map((member) => liked[member] as Opinion);
      const { productId, embedding } = medoidOf(products, likeness);
      return { medoid: productId, embedding, weight: products.reduce((sum, { weight }) => sum + weight, 0) };
    })
    .sort((a, b) => b.weight - a.weight || (a.medoid < b.medoid ? -1 : 1));
}

/** The product of the highest weighted similarity to all; of equal ones the first. */
function medoidOf(products: Opinion[], likeness: Likeness): Opinion {
  let [best, highest] = [products[0] as Opinion, -Infinity];
  for (const product of products) {
    const sum = products.reduce(
      (total, { weight, embedding }) => total + weight * likeness(product.embedding, embedding),
      0,
    );
    if (sum > highest) [best, highest] = [product, sum];
  }
  return best;
}
