import { printFilter } from '#filters';
import { type Clock, type GenerationId, type ModelVersion, type ProductId, WeftError } from '#foundation';
import { ask, type Asked, type Question, type Spread } from './asked.js';
import {
  type ActiveGeneration,
  type CatalogReader,
  type KnownProduct,
  type ProductCard,
  requireActive,
} from './catalog-reader.js';
import { DIVERSITY_POOL } from './diversity.js';
import { fromTheShelves, type Shelf } from './fallback.js';
import { type Merchandising, steer, type Steered, type Variant } from './merchandising.js';
import { type Page, pageAt, questionKey } from './page-cursor.js';
import { innerProduct, type PartSimilarity, scaleQuery, similarityByPart } from './parts.js';
import { type ProfileNeighbour, searchForProfile } from './profile-search.js';
import { PROFILE_SETTINGS, type SignalType } from './profile-settings.js';
import { reasonText } from './reason-text.js';
import { type CategoryDefault, DEFAULT_COUNT, type RecommendationOptions } from './recommendation-options.js';
import { AppliedRules } from './rules/applied-rules.js';
import type { RuleReference } from './rules/rule.js';
import { responsibleSignals } from './responsible-signals.js';
import {
  excludedOf,
  MOST_KEPT_SIGNALS,
  MOST_SHOWN,
  type Shopper,
  type ShopperOptions,
  SHOWN_HALF_LIFE_DAYS,
  shownSince,
} from './shopper.js';
import type { KeptSignal, ShopperMemory } from './shopper-memory.js';
import { likedProducts, likenessAt, ShopperProfile } from './shopper-profile.js';
import { leftAfter, type ProductSignal, type WeighedSignal, weighSignals } from './signals.js';
import type { Neighbour, NeighbourAnswer, VectorIndex } from './vector-index.js';

/** Why a result is here. */
export interface Reason {
  /** The signal that, if removed, would lower the result's relevance most. */
  productId: ProductId;
  type: SignalType;
  /** Of that product and the result. */
  similarity: PartSimilarity;
  /** For the storefront, in English; null where there is nothing true to say, see `reasonText`. */
  text: string | null;
}

/** A result: the product, how near it is, and why it is here. */
export interface Recommendation extends ProductCard {
  /** To the query product, or to the product that stands for the interest; null where nothing was compared. */
  similarity: PartSimilarity | null;
  /** The interest that brought it: the product that stands for it, and its share of the places; null where there is none. */
  interest: { productId: ProductId; share: number } | null;
  /** What the boosts that it passes add to its similarity; 0 where none do, and where nothing was compared. */
  boost: number;
  /** What was taken from the similarity, and for what; the order goes by what is left and the boost. null where a product was asked about. */
  taken: { dislikes: number; purchase: number; shown: number } | null;
  /** null where a product was asked about, nothing is known of the shopper, or no signal's removal would lower it. */
  because: Reason | null;
  /** Where it comes from when nothing is known of the shopper's taste; null otherwise. */
  shelf: Shelf | null;
  /** What made a difference to its place: its pin, or the boosts and buries that it passes. */
  rules: RuleReference[];
}

/** Said where results come from no signal: what was asked for could not be answered. */
interface Fallback {
  code: 'no-signals' | 'no-vector' | 'no-taste';
  /** A sentence for people. */
  reason: string;
}

/** Why fewer products came than were asked for. */
interface Shortfall {
  asked: number;
  given: number;
  /** `no-more-matches`: see reason; the others as in `Fallback`, where none was wanted. */
  code: Fallback['code'] | 'no-more-matches';
  /** A sentence for people. */
  reason: string;
}

/** An answer, best result first. */
export interface Recommendations {
  modelVersion: ModelVersion;
  generation: GenerationId;
  /** The setting used. */
  dial: number;
  /**
   * What was asked and held of every result but pinned ones, defaults included, as a filter; null where nothing was looked
   * for, or nothing was asked.
   */
  filter: string | null;
  results: Recommendation[];
  /** The categories that come first by default had no more, and so many results are of others; null where none is. */
  filledUp: { categories: string[]; given: number } | null;
  /** The rules whose conditions held, in the order that settles their conflicts. */
  rules: RuleReference[];
  /** null: as many as asked for. */
  shortfall: Shortfall | null;
  /** Why these are popular products and new arrivals, and not what the shopper likes; null where they are. */
  fallback: Fallback | null;
  /** Of the next page; null on the last, and where `fallback` is not. */
  nextCursor: string | null;
  /** Ids that are no product and no offer of the catalogue. */
  unknown: string[];
  /** Products without an embedding: no usable photo, or not embedded yet. */
  withoutVector: ProductId[];
}

/** What is searched for, and what is made of a find. */
interface Taste<Found extends Neighbour> {
  /** Best first; `spread` puts alike ones apart. */
  find(question: Question, spread: Spread): Promise<FoundAnswer<Found>>;
  /** What would have been found of a product, had it been near enough. */
  meet(product: Omit<Neighbour, 'similarity' | 'boost'>, category: string | null): Found | null;
  /** What is said of the neighbours, in their order. */
  explain(neighbours: Found[], cards: ReadonlyMap<ProductId, ProductCard>): Explanation[];
  /** Products whose genders and categories are wanted. */
  liked: ProductCard[];
  /** Products that are not shown again. */
  seen: ProductCard[];
  /** The product asked about, or that a photo was found to show. */
  about: ProductCard[];
  /** What holds for categories where the request does not say. */
  category: CategoryDefault;
}

interface FoundAnswer<Found extends Neighbour> extends NeighbourAnswer<Found> {
  /** Which of them are of other categories than those that come first. */
  others: ReadonlySet<ProductId>;
}

type Explanation = Pick<Recommendation, 'similarity' | 'interest' | 'taken' | 'because'>;

/** A signal about a product of the catalogue. */
interface ResolvedSignal {
  productId: ProductId;
  type: SignalType;
  at: Date | null;
}

/** Answers "what looks like this?" and "what looks like what this shopper likes?". */
export class Recommender {
  constructor(
    private readonly index: VectorIndex,
    private readonly catalog: CatalogReader,
    private readonly clock: Clock,
    private readonly memory: ShopperMemory,
    private readonly merchandising: Merchandising,
  ) {}

  /**
   * Products that look like one product.
   *
   * @param id a product id or an offer id
   * @param variant of the experiment that the request is part of
   * @throws WeftError `product-unknown`, `no-active-generation`, `generation-not-kept`, `cursor-invalid`, `cursor-stale`
   */
  async similar(
    id: string,
    given: RecommendationOptions = {},
    variant: Variant | null = null,
  ): Promise<Recommendations> {
    const steered = await this.steered(given, variant);
    const { options } = steered;
    const excluded = options.exclude?.products ?? [];
    const [{ active, known }, resolved] = await Promise.all([
      this.lookUp([id], variant?.generation ?? undefined),
      this.resolve(excluded),
    ]);
    const page = this.page(active, { id }, given, steered);
    const product = known.get(id);
    if (product === undefined) throw unknownProduct(id);
    const { card, embedding } = product;
    const blank = {
      ...blankAnswer(active, options),
      unknown: excluded.filter((one) => !resolved.has(one)),
      withoutVector: embedding ? [] : [card.productId],
    };
    if (!embedding) {
      return { ...blank, shortfall: shortOf(options, 'no-vector', `${card.productId} has no embedding yet.`) };
    }
    const taste = this.lookalikesOf(embedding, [card], blank.dial, 'same-first');
    return this.search(page, taste, resolved, steered, blank);
  }

  /**
   * Products that look like what a shopper likes, by signals, by the events that are kept of the shopper, or by both. Ids
   * that are not known are named, not fatal. Where nothing is known of the shopper's taste, what is popular and new is
   * shown, and `fallback` says so.
   *
   * @param variant of the experiment that the request is part of
   * @throws WeftError `no-active-generation`, `generation-not-kept`, `cursor-invalid`, `cursor-stale`
   */
  async recommend(
    shopper: Shopper,
    given: RecommendationOptions & ShopperOptions = {},
    variant: Variant | null = null,
  ): Promise<Recommendations> {
    const { signals = [], shopperId } = shopper;
    const steered = await this.steered(given, variant);
    const { options } = steered;
    const active = await this.active(variant);
    // How many are ordered together depends on the count, so that it is part of the question.
    const page = this.page(active, { signals, shopperId, pageOf: given.count }, given, steered);
    const [kept, shown] = await this.remembered(shopperId, options.rotation ?? 0, page);
    const ids = signals.map(({ productId }) => productId);
    const named = [...new Set([...ids, ...(options.exclude?.products ?? [])])];
    const [looked, excluded] = await Promise.all([
      this.lookUp([...new Set([...ids, ...kept.map(({ productId }) => productId)])], active.generation),
      this.resolve(options.exclude?.products ?? []),
    ]);
    const products = new Map([...looked.known.values()].map((product) => [product.card.productId, product]));
    const known = [...signals, ...kept].flatMap(({ productId: id, type, at }): ResolvedSignal[] => {
      const product = looked.known.get(id);
      return product === undefined ? [] : [{ productId: product.card.productId, type, at: at ?? null }];
    });
    const cardsOf = (ofProducts: Iterable<ProductId>) => [...ofProducts].flatMap((id) => products.get(id)?.card ?? []);
    const usable = known.flatMap((signal): ProductSignal[] => {
      const { card, embedding } = products.get(signal.productId)!;
      return embedding ? [{ ...signal, category: card.category, embedding }] : [];
    });
    const blank = {
      ...blankAnswer(active, options),
      unknown: named.filter((id) => !looked.known.has(id) && !excluded.has(id)),
      withoutVector: [...products].flatMap(([productId, { embedding }]) => (embedding ? [] : [productId])),
    };
    const seen = cardsOf(excludedOf(known, options));
    const settings = { ...PROFILE_SETTINGS, interests: options.interests ?? PROFILE_SETTINGS.interests };
    const likeness = likenessAt(blank.dial);
    const weighed = usable.length === 0 ? [] : weighSignals(usable, page.now, settings);
    const profile = new ShopperProfile(weighed, likeness, page.now, settings);
    if (profile.interests.length === 0) {
      const why = whyNoTaste(signals.length + kept.length, usable.length);
      return this.fallBack(why, page, seen, excluded, steered, blank);
    }
    const total = profile.interests.reduce((sum, { weight }) => sum + weight, 0);
    const taste: Taste<ProfileNeighbour> = {
      find: async (question, spread) => {
        const answer = await searchForProfile(this.index, profile, blank.dial, question, {
          ...{ band: bandOf(options), shown, spread },
          categoriesOf: (products) => this.catalog.categoriesOf(products),
        });
        return { ...answer, others: new Set() };
      },
      meet: (product, category) => {
        const relevance = profile.relevanceOf({ embedding: product.embedding, category });
        return relevance && { ...product, ...relevance, boost: 0, takenByShowing: shown.get(product.productId) ?? 0 };
      },
      explain: (neighbours, found) => {
        const results = neighbours.map(({ productId, embedding }) => {
          return { embedding, category: found.get(productId)?.category ?? null };
        });
        const reasons = responsibleSignals(usable, results, likeness, page.now, settings);
        return neighbours.map(({ productId, embedding, ...relevance }, i) => {
          const interest = profile.interests[relevance.interest]!;
          const reason = reasons[i];
          return {
            similarity: similarityByPart(interest.embedding, embedding, blank.dial),
            interest: { productId: interest.medoid, share: interest.weight / total },
            taken: {
              ...{ dislikes: relevance.takenByDislikes, purchase: relevance.takenByPurchase },
              shown: relevance.takenByShowing,
            },
            because: reason
              ? reasonOf(
                  reason,
                  products.get(reason.productId)?.card,
                  { card: found.get(productId), embedding },
                  blank.dial,
                )
              : null,
          };
        });
      },
      ...{ liked: cardsOf(likedProducts(weighed)), seen, about: [], category: 'any' },
    };
    return this.search(page, taste, excluded, steered, blank);
  }

  /**
   * Products that look like a photo.
   *
   * @param active the generation of the model that made the embedding
   * @param shown products that the photo is known to show: no results, and their genders are the default
   * @throws WeftError `cursor-invalid`, `cursor-stale`
   */
  async similarToPhoto(
    active: ActiveGeneration,
    embedding: Float32Array,
    shown: ProductCard[],
    given: RecommendationOptions = {},
  ): Promise<Recommendations> {
    const steered = await this.steered(given, null);
    const { options } = steered;
    const excluded = options.exclude?.products ?? [];
    const resolved = await this.resolve(excluded);
    const page = this.page(active, { photo: [...embedding] }, given, steered);
    const unknown = excluded.filter((id) => !resolved.has(id));
    const blank = { ...blankAnswer(active, options), unknown };
    return this.search(page, this.lookalikesOf(embedding, shown, blank.dial, 'any'), resolved, steered, blank);
  }

  private lookalikesOf(
    embedding: Float32Array,
    shown: ProductCard[],
    dial: number,
    category: CategoryDefault,
  ): Taste<Neighbour> {
    const query = scaleQuery(embedding, dial);
    return {
      find: async (question, spread) => {
        const first = await this.index.search({ ...question, query });
        const answer = { ...first, neighbours: spread(first.neighbours), others: new Set<ProductId>() };
        const { others, count, depth, onePerStyle } = question;
        if (others === null || first.neighbours.length >= Math.min(count, depth)) return answer;
        // Of a style that is there already its nearest in another category may be found once more.
        const more = onePerStyle ? first.neighbours.length : 0;
        const rest = await this.index.search({ ...question, query, filter: others.filter, count: count + more });
        const met = new Set(onePerStyle ? first.neighbours.map(({ styleId }) => styleId) : []);
        const beside = spread(rest.neighbours.filter(({ styleId }) => !met.has(styleId))).slice(0, count);
        return {
          ...{ plan: first.plan, neighbours: [...answer.neighbours, ...beside] },
          matching: first.matching === null || rest.matching === null ? null : first.matching + rest.matching,
          others: new Set(beside.map(({ productId }) => productId)),
        };
      },
      meet: (product) => ({ ...product, similarity: innerProduct(query, product.embedding), boost: 0 }),
      explain: (neighbours) =>
        neighbours.map((neighbour) => {
          const similarity = similarityByPart(embedding, neighbour.embedding, dial);
          return { similarity, interest: null, taken: null, because: null };
        }),
      ...{ liked: shown, seen: shown, about: shown, category },
    };
  }

  /**
   * What is kept of a shopper: signals, and what having been shown takes from each product. Later pages go by what the
   * first one went by: what happens between them, such as the showing of the first, does not change the order.
   */
  private async remembered(
    shopperId: string | undefined,
    rotation: number,
    { now, shown: before }: Page,
  ): Promise<[KeptSignal[], Map<ProductId, number>]> {
    if (shopperId === undefined) return [[], new Map()];
    const until = before > 0 ? now : null;
    const [kept, shown] = await Promise.all([
      this.memory.signalsOf(shopperId, { limit: MOST_KEPT_SIGNALS, until }),
      rotation === 0 ? [] : this.memory.shownTo(shopperId, shownSince(now), { limit: MOST_SHOWN, until }),
    ]);
    return [kept, new Map([...shown].map(([id, at]) => [id, rotation * leftAfter(SHOWN_HALF_LIFE_DAYS, at, now)]))];
  }

  /** Popular products and new arrivals, or nothing where they are not wanted. */
  private async fallBack(
    why: Fallback,
    page: Page,
    seen: ProductCard[],
    resolved: ReadonlyMap<string, ProductId>,
    steered: Steered,
    blank: Recommendations,
  ): Promise<Recommendations> {
    const { options } = steered;
    // It has one page: a later one is of a shopper whose events were erased or went by meanwhile.
    if (options.fallback === false || page.shown > 0) {
      return { ...blank, shortfall: shortOf(options, why.code, why.reason) };
    }
    const about = { liked: [], seen, resolved, category: 'any' as const, dial: blank.dial };
    const asked = ask(options, { page, ...about });
    const count = countOf(options);
    const rules = await this.rulesOf(asked, [], page, steered);
    const { placed } = await rules.answer({ ...asked.question, depth: count }, async (narrowed) => {
      return { neighbours: await fromTheShelves(this.memory, { ...narrowed, count }) };
    });
    const found = placed.slice(0, count);
    const [cards, touching] = await Promise.all([
      this.catalog.products(found.map(({ productId }) => productId)),
      rules.touching(found),
    ]);
    const results = found.flatMap((one, i) => {
      const card = cards.get(one.productId);
      const shelf = 'shelf' in one ? one.shelf : null;
      return card ? [{ ...card, ...NOT_COMPARED, boost: 0, shelf, rules: touching[i] ?? [] }] : [];
    });
    const reason = 'No more products pass the filters and exclusions.';
    return {
      ...blank,
      filter: asked.question.filter && printFilter(asked.question.filter),
      results,
      rules: rules.references,
      shortfall: results.length < count ? shortOf(options, 'no-more-matches', reason, results.length) : null,
      fallback: why,
    };
  }

  private rulesOf(
    { question, pinFilter }: Asked,
    about: readonly ProductCard[],
    { now }: Page,
    { options, rules }: Steered,
  ): Promise<AppliedRules> {
    const { category = 'any', scenario = null } = options;
    const asked = category === 'same' || category === 'any' ? null : category;
    return AppliedRules.of(rules, { question, pinFilter, about, category: asked, scenario, now }, this.catalog);
  }

  /** The generation that answers. */
  private async active(variant: Variant | null): Promise<ActiveGeneration> {
    const named = variant?.generation ?? null;
    return named === null
      ? requireActive(await this.catalog.activeGeneration())
      : (await this.lookUp([], named)).active;
  }

  /** @throws WeftError `no-active-generation`, `generation-not-kept` */
  private async lookUp(
    ids: string[],
    generation?: GenerationId,
  ): Promise<{ active: ActiveGeneration; known: Map<string, KnownProduct> }> {
    const looked = await this.catalog.lookUp(ids, generation);
    if (generation !== undefined && looked.generation === null) {
      throw new WeftError('generation-not-kept', `There are no vectors of generation ${generation}.`, {
        value: generation,
        remedy: 'Ask again. Where an experiment names it, stop the experiment: weft experiment list.',
      });
    }
    return { active: requireActive(looked.generation), known: looked.known };
  }

  private async resolve(ids: string[]): Promise<Map<string, ProductId>> {
    return ids.length === 0 ? new Map() : this.catalog.resolve(ids);
  }

  private async steered(given: RecommendationOptions & ShopperOptions, variant: Variant | null): Promise<Steered> {
    return steer(given, await this.merchandising.decisions(), variant);
  }

  /**
   * @param about what the question is about, beside its options
   * @param given as the request says them
   */
  private page(
    { generation }: ActiveGeneration,
    about: object,
    given: RecommendationOptions,
    { decided }: Steered,
  ): Page {
    const { cursor, count: _, ...asked } = given;
    const question = questionKey({ ...about, ...asked });
    return pageAt(cursor, { generation, question, decided, now: this.clock.now() });
  }

  /**
   * @param resolved excluded ids to products
   * @param blank the answer so far
   */
  private async search<Found extends Neighbour>(
    page: Page,
    taste: Taste<Found>,
    resolved: ReadonlyMap<string, ProductId>,
    steered: Steered,
    blank: Recommendations,
  ): Promise<Recommendations> {
    const { liked, seen, category } = taste;
    const { options } = steered;
    const asked = ask(options, { page, liked, seen, resolved, category, dial: blank.dial });
    const rules = await this.rulesOf(asked, taste.about, page, steered);
    const find = (narrowed: Question) => taste.find(narrowed, asked.spread);
    const { answer, placed } = await rules.answer(asked.question, find);
    const { shown, nextCursor, reason } = asked.pageOf(placed, answer);
    const pinned = shown.flatMap((one) => ('pinnedBy' in one ? one.productId : []));
    const [cards, embeddings, touching] = await Promise.all([
      this.catalog.products(shown.map(({ productId }) => productId)),
      pinned.length === 0 ? NO_EMBEDDINGS : this.index.embeddings(page.generation, pinned),
      rules.touching(shown),
    ]);
    const compared = shown.flatMap((one) => {
      if (!('pinnedBy' in one)) return one;
      const [card, embedding] = [cards.get(one.productId), embeddings.get(one.productId)];
      return (card && embedding && taste.meet({ ...card, embedding }, card.category)) ?? [];
    });
    const explained = taste.explain(compared, cards);
    const explanations = new Map(compared.map(({ productId }, i) => [productId, explained[i]]));
    const results = shown.flatMap((one, i) => {
      // An import may have taken the product off sale since the search.
      const card = cards.get(one.productId);
      const explanation = explanations.get(one.productId) ?? NOT_COMPARED;
      const boost = 'pinnedBy' in one ? 0 : one.boost;
      return card ? [{ ...card, ...explanation, boost, shelf: null, rules: touching[i] ?? [] }] : [];
    });
    const isShort = results.length < countOf(options);
    const given = results.filter(({ productId }) => answer.others.has(productId)).length;
    const { others } = asked.question;
    const filter = given > 0 && others ? others.common : asked.question.filter;
    return {
      ...blank,
      filter: filter && printFilter(filter),
      results,
      filledUp: given > 0 ? { categories: others?.after ?? [], given } : null,
      rules: rules.references,
      shortfall: isShort ? shortOf(options, 'no-more-matches', reason, results.length) : null,
      nextCursor,
    };
  }

  /** The same over other decisions: how an answer would be. */
  under(merchandising: Merchandising): Recommender {
    return new Recommender(this.index, this.catalog, this.clock, this.memory, merchandising);
  }
}

/** What is said of a result that nothing was compared with. */
const NOT_COMPARED: Explanation = { similarity: null, interest: null, taken: null, because: null };
const NO_EMBEDDINGS: ReadonlyMap<ProductId, Float32Array> = new Map();

/** Nearest products of each interest that are ordered together: enough that dislikes and purchases find others to prefer. */
function bandOf(options: RecommendationOptions): number {
  return (options.diversity ?? 0) > 0 ? DIVERSITY_POOL : 2 * countOf(options) + 10;
}

/** Why there is no profile to search for. */
function whyNoTaste(told: number, usable: number): Fallback {
  if (told === 0) return { code: 'no-signals', reason: 'Nothing is known of this shopper.' };
  if (usable === 0) return { code: 'no-vector', reason: 'No signal is about a product with an embedding.' };
  return { code: 'no-taste', reason: 'The signals do not say what the shopper likes.' };
}

function reasonOf(
  signal: WeighedSignal,
  card: ProductCard | undefined,
  result: { card: ProductCard | undefined; embedding: Float32Array },
  dial: number,
): Reason {
  const { productId, type } = signal;
  const similarity = similarityByPart(signal.embedding, result.embedding, dial);
  const text = card && result.card ? reasonText(type, card, result.card, similarity) : null;
  return { productId, type, similarity, text };
}

/** What to say of an id that is no product and no offer. */
export function unknownProduct(id: string): WeftError {
  return new WeftError('product-unknown', `There is no product or offer ${id} in the catalogue.`, {
    value: id,
    remedy: 'Use an id of the feed that was imported last, or import the feed that holds it.',
  });
}

function countOf({ count = DEFAULT_COUNT }: RecommendationOptions): number {
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
    filter: null,
    results: [],
    filledUp: null,
    rules: [],
    shortfall: null,
    fallback: null,
    nextCursor: null,
    unknown: [],
    withoutVector: [],
  };
}

function shortOf(options: RecommendationOptions, code: Shortfall['code'], reason: string, given = 0): Shortfall {
  return { asked: countOf(options), given, code, reason };
}
