import { type Clock, type GenerationId, type ModelVersion, type ProductId, type StyleId, WeftError } from '#foundation';
import { type ActiveGeneration, type CatalogReader, type ProductCard, requireActive } from './catalog-reader.js';
import { type PartSimilarity, scaleQuery, similarityByPart } from './parts.js';
import type { ProductFilter } from './product-filter.js';
import {
  likedProducts,
  profileOf,
  responsibleSignals,
  type SignalType,
  type WeighedSignal,
  weighSignals,
} from './shopper-profile.js';
import type { Neighbour, NeighbourAnswer, VectorIndex } from './vector-index.js';

/** What a shopper did, as a storefront tells it. */
export interface Signal {
  /** A product id or an offer id. */
  productId: string;
  type: SignalType;
  /** @default now */
  at?: Date | undefined;
}

/** What may be asked of both kinds of recommendations. */
export interface RecommendationOptions {
  /** 1 to 100. @default 10 */
  count?: number | undefined;
  /** 0: same cut, any colour; 1: same colour, any cut. @default the model's */
  dial?: number | undefined;
  /** The exact category. @default any */
  category?: string | undefined;
  /** A gender, `unisex` products included, or `any`. @default the genders of the liked products */
  gender?: string | undefined;
  /** Major units, inclusive. */
  minPrice?: number | undefined;
  /** Major units, inclusive. */
  maxPrice?: number | undefined;
  /** false: products out of stock as well. @default true */
  inStock?: boolean | undefined;
  /** Of products that differ in colour only, the nearest alone. @default true */
  onePerStyle?: boolean | undefined;
  /** Other colours of what was seen may be results too; what was seen itself never is. @default false */
  includeSeenStyles?: boolean | undefined;
}

/** A result: the product, how near it is, and why it is here. */
export interface Recommendation extends ProductCard {
  /** To the query product or the shopper's profile. */
  similarity: PartSimilarity;
  /** The signal that, if removed, would lower the similarity most; null where a product was asked about. */
  because: { productId: ProductId; type: SignalType } | null;
}

/** Why fewer products came than were asked for. */
interface Shortfall {
  asked: number;
  given: number;
  /** `no-vector`: nothing to compare with; `no-taste`: the signals name nothing liked; `no-more-matches`: see reason. */
  code: 'no-vector' | 'no-taste' | 'no-more-matches';
  /** A sentence for people. */
  reason: string;
}

/** An answer, best result first. */
export interface Recommendations {
  modelVersion: ModelVersion;
  generation: GenerationId;
  /** The setting used. */
  dial: number;
  results: Recommendation[];
  /** null: as many as asked for. */
  shortfall: Shortfall | null;
  /** Ids that are no product and no offer of the catalogue. */
  unknown: string[];
  /** Products without an embedding: no usable photo, or not embedded yet. */
  withoutVector: ProductId[];
}

/** A direction to search in, and what is known of where it came from. */
interface Taste {
  profile: Float32Array; // [128], unscaled
  /** Empty where a product was asked about. */
  signals: WeighedSignal[];
}

const UNISEX = 'unisex';

/** Answers "what looks like this?" and "what looks like what this shopper likes?". */
export class Recommender {
  constructor(
    private readonly index: VectorIndex,
    private readonly catalog: CatalogReader,
    private readonly clock: Clock,
  ) {}

  /**
   * Products that look like one product.
   *
   * @param id a product id or an offer id
   * @throws WeftError `product-unknown`, `no-active-generation`
   */
  async similar(id: string, options: RecommendationOptions = {}): Promise<Recommendations> {
    const [active, resolved] = await Promise.all([this.active(), this.catalog.resolve([id])]);
    const productId = resolved.get(id);
    if (productId === undefined) throw unknownProduct(id);
    const [cards, embeddings] = await this.cardsAndEmbeddings(active, [productId]);
    const profile = embeddings.get(productId);
    const seen = [...cards.values()];
    const blank = { ...blankAnswer(active, options), withoutVector: profile ? [] : [productId] };
    if (!profile) {
      return { ...blank, shortfall: shortOf(options, 'no-vector', `${productId} has no embedding yet.`) };
    }
    return this.search(active, { profile, signals: [] }, seen, seen, options, blank);
  }

  /**
   * Products that look like what a shopper's signals speak of. Ids that are not known are named, not fatal.
   *
   * @throws WeftError `no-active-generation`
   */
  async recommend(signals: Signal[], options: RecommendationOptions = {}): Promise<Recommendations> {
    const ids = [...new Set(signals.map(({ productId }) => productId))];
    const [active, resolved] = await Promise.all([this.active(), this.catalog.resolve(ids)]);
    const seenIds = [...new Set(resolved.values())];
    const [cards, embeddings] = await this.cardsAndEmbeddings(active, seenIds);
    const usable = signals.flatMap(({ productId: id, type, at }) => {
      const productId = resolved.get(id);
      const embedding = productId && embeddings.get(productId);
      return productId && embedding ? [{ productId, type, at: at ?? null, embedding }] : [];
    });
    const blank = {
      ...blankAnswer(active, options),
      unknown: ids.filter((id) => !resolved.has(id)),
      withoutVector: seenIds.filter((productId) => !embeddings.has(productId)),
    };
    if (usable.length === 0) {
      return { ...blank, shortfall: shortOf(options, 'no-vector', 'No signal is about a product with an embedding.') };
    }
    const weighed = weighSignals(usable, this.clock.now());
    const profile = profileOf(weighed);
    if (profile === null) {
      return { ...blank, shortfall: shortOf(options, 'no-taste', 'The signals do not say what the shopper likes.') };
    }
    const liked = [...likedProducts(weighed)].flatMap((productId) => cards.get(productId) ?? []);
    return this.search(active, { profile, signals: weighed }, liked, [...cards.values()], options, blank);
  }

  private async active(): Promise<ActiveGeneration> {
    return requireActive(await this.catalog.activeGeneration());
  }

  private cardsAndEmbeddings(
    { generation }: ActiveGeneration,
    products: ProductId[],
  ): Promise<[Map<ProductId, ProductCard>, Map<ProductId, Float32Array>]> {
    return Promise.all([this.catalog.products(products), this.index.embeddings(generation, products)]);
  }

  /**
   * @param liked products whose genders are wanted
   * @param seen products that are not shown again
   * @param blank the answer so far
   */
  private async search(
    active: ActiveGeneration,
    taste: Taste,
    liked: ProductCard[],
    seen: ProductCard[],
    options: RecommendationOptions,
    blank: Recommendations,
  ): Promise<Recommendations> {
    const { dial } = blank;
    const count = countOf(options);
    const onePerStyle = options.onePerStyle ?? true;
    const answer = await this.index.search({
      generation: active.generation,
      query: scaleQuery(taste.profile, dial),
      count,
      filter: filterOf(options, liked),
      excludeProducts: seen.map(({ productId }) => productId),
      excludeStyles: options.includeSeenStyles ? [] : [...new Set<StyleId>(seen.map(({ styleId }) => styleId))],
      onePerStyle,
    });
    const results = await this.describe(answer.neighbours, taste, dial);
    const isShort = results.length < count;
    return {
      ...blank,
      results,
      shortfall: isShort
        ? shortOf(options, 'no-more-matches', noMoreMatches(answer, onePerStyle), results.length)
        : null,
    };
  }

  private async describe(neighbours: Neighbour[], taste: Taste, dial: number): Promise<Recommendation[]> {
    const cards = await this.catalog.products(neighbours.map(({ productId }) => productId));
    const reasons = taste.signals.length
      ? responsibleSignals(
          taste.signals,
          neighbours.map(({ embedding }) => embedding),
          dial,
        )
      : [];
    return neighbours.flatMap(({ productId, embedding }, i) => {
      // An import may have taken the product off sale since the search.
      const card = cards.get(productId);
      if (card === undefined) return [];
      const reason = reasons[i];
      return {
        ...card,
        similarity: similarityByPart(taste.profile, embedding, dial),
        because: reason ? { productId: reason.productId, type: reason.type } : null,
      };
    });
  }
}

/** What to say of an id that is no product and no offer. */
export function unknownProduct(id: string): WeftError {
  return new WeftError('product-unknown', `There is no product or offer ${id} in the catalogue.`, {
    value: id,
    remedy: 'Use an id of the feed that was imported last, or import the feed that holds it.',
  });
}

function countOf({ count = 10 }: RecommendationOptions): number {
  return count;
}

function blankAnswer(
  { generation, modelVersion, dial }: ActiveGeneration,
  options: RecommendationOptions,
): Recommendations {
  return {
    modelVersion,
    generation,
    dial: options.dial ?? dial,
    results: [],
    shortfall: null,
    unknown: [],
    withoutVector: [],
  };
}

function shortOf(options: RecommendationOptions, code: Shortfall['code'], reason: string, given = 0): Shortfall {
  return { asked: countOf(options), given, code, reason };
}

function noMoreMatches({ matching, neighbours }: NeighbourAnswer, onePerStyle: boolean): string {
  if (matching === null) return 'No more products pass the filters and exclusions.';
  const passing = matching === 1 ? '1 product passes' : `${matching} products pass`;
  if (onePerStyle && matching > neighbours.length) {
    return `${passing} the filters and exclusions, of ${neighbours.length} styles, and one of each is shown.`;
  }
  return matching === 0
    ? 'No product passes the filters and exclusions.'
    : `Only ${passing} the filters and exclusions.`;
}

/** A product of no gender, or for all, says nothing about whom it is for: it widens nothing and narrows nothing. */
function gendersOf(liked: ProductCard[]): string[] {
  const genders = new Set(liked.flatMap(({ gender }) => gender?.toLowerCase() ?? []));
  genders.delete(UNISEX);
  return [...genders];
}

function filterOf(options: RecommendationOptions, liked: ProductCard[]): ProductFilter {
  const { category, minPrice, maxPrice } = options;
  const wanted = options.gender?.toLowerCase();
  const genders = wanted === undefined ? gendersOf(liked) : wanted === 'any' ? [] : [wanted];
  return {
    ...((options.inStock ?? true) ? { inStock: true } : {}),
    ...(genders.length ? { gender: [...new Set([...genders, UNISEX])] } : {}),
    ...(category === undefined ? {} : { category }),
    ...(minPrice === undefined ? {} : { minPrice }),
    ...(maxPrice === undefined ? {} : { maxPrice }),
  };
}
