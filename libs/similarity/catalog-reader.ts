import type { Filter } from '#filters';
import {
  type GenerationId,
  type ImageId,
  type ModelVersion,
  type OfferId,
  type ProductId,
  type StyleId,
  WeftError,
} from '#foundation';

/** What a storefront shows of a product. */
export interface ProductCard {
  productId: ProductId;
  styleId: StyleId;
  /** The offer to link to: the cheapest in stock, else the cheapest. */
  offerId: OfferId | null;
  title: string | null;
  brand: string | null;
  category: string | null;
  gender: string | null;
  colour: string | null;
  link: string | null;
  /** Major units, of `offerId`. */
  price: number | null;
  /** Major units; null when there is no sale. */
  salePrice: number | null;
  /** ISO 4217. */
  currency: string | null;
  inStock: boolean;
  /** The main photo. */
  imageId: ImageId | null;
}

/** The generation that answers requests. */
export interface ActiveGeneration {
  generation: GenerationId;
  modelVersion: ModelVersion;
  /** The model's default dial, in [0, 1]. */
  dial: number;
}

/** A product that was asked about. */
export interface KnownProduct {
  card: ProductCard;
  /** By the generation asked about; null where it has none. */
  embedding: Float32Array | null; // [128]
}

/** What recommendations read of the catalogue. */
export interface CatalogReader {
  /**
   * What a question needs to know of the products that it is about, in one round trip: by product id or offer id. Unknown
   * and deactivated ones are absent.
   *
   * @param generation whose embeddings are wanted. @default the active one
   * @returns `generation`: null where there is none to answer, and then nothing is known either
   */
  lookUp(
    ids: string[],
    generation?: GenerationId,
  ): Promise<{ generation: ActiveGeneration | null; known: Map<string, KnownProduct> }>;
  /** Product ids and offer ids to the product each belongs to; unknown and deactivated ones are absent. */
  resolve(ids: string[]): Promise<Map<string, ProductId>>;
  products(ids: ProductId[]): Promise<Map<ProductId, ProductCard>>;
  /** The category of each, null where it has none; quicker than whole cards. Unknown ones are absent. */
  categoriesOf(ids: ProductId[]): Promise<Map<ProductId, string | null>>;
  /** Of each product which of the filters it passes, in their order. Unknown and deactivated ones are absent. */
  passing(ids: ProductId[], filters: Filter[], now: Date): Promise<Map<ProductId, boolean[]>>;
  /** null until a first model's vectors have been activated. */
  activeGeneration(): Promise<ActiveGeneration | null>;
}

/** @throws WeftError `no-active-generation` for null */
export function requireActive(active: ActiveGeneration | null): ActiveGeneration {
  if (active !== null) return active;
  throw new WeftError('no-active-generation', 'No embeddings have been activated yet.', {
    remedy: 'Run `weft import FEED`, `weft train` and `weft embed`, or their jobs over HTTP.',
  });
}
