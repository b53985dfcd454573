import type { GenerationId, ImageId, ModelVersion, ProductId, StyleId } from '#foundation';

export const GENERATION_STATES = ['building', 'ready', 'active', 'retired', 'failed'] as const;

/**
 * `building` until it is checked and whole; `ready` to be promoted; `active`: answers requests, at most one does;
 * `retired`: was active, is kept whole for a rollback; `failed`: never became whole, its vectors are gone.
 */
export type GenerationState = (typeof GENERATION_STATES)[number];

/** The vectors of the catalogue under one model. */
export interface Generation {
  id: GenerationId;
  modelVersion: ModelVersion;
  state: GenerationState;
  /** Product vectors; null until the generation is ready. */
  products: number | null;
  /** Photo vectors; null until the generation is ready. */
  images: number | null;
  /** Why it failed; null in every other state. */
  failure: string | null;
  createdAt: Date;
  readyAt: Date | null;
  /** When it was last activated. */
  activatedAt: Date | null;
}

/** What the database keeps of a model; the bundle itself lies in `directory`. */
export interface ModelRecord {
  version: ModelVersion;
  createdAt: Date;
  /** Which feature graph its heads were trained on. */
  extractorId: string;
  /** Default dial, in [0, 1]. */
  dial: number;
  /** Absolute path of the bundle. */
  directory: string;
}

/** The members of a bundle's manifest that the database reads; the rest is kept as it is. */
export interface RegisteredManifest {
  version: string;
  /** ISO 8601. */
  createdAt: string;
  extractorId: string;
  dial: number;
}

/** A photo of an active product, with the labels that training and evaluation use. */
export interface CataloguePhoto {
  imageId: ImageId;
  productId: ProductId;
  styleId: StyleId;
  category: string | null;
  gender: string | null;
  colour: string | null;
  /** 0 is the product's main photo. */
  position: number;
}

/** A photo's embedding, and the products whose own embedding it is. */
export interface PhotoVector {
  imageId: ImageId;
  /** Shape and colour, each of unit length. */
  embedding: Float32Array; // [128]
  mainOf: ProductId[];
}

/** A product for sale with its embedding under one generation. */
export interface ProductVector {
  productId: ProductId;
  styleId: StyleId;
  category: string | null;
  brand: string | null;
  embedding: Float32Array; // [128]
}

/** What changed when a generation was brought in step with the catalogue. */
export interface GenerationChanges {
  /** Products that got a vector, that got another one because their main photo is another, and that left. */
  products: { added: number; changed: number; removed: number };
  photos: { added: number; removed: number };
  /** Active products that have photos, but no vector of the main one: its features could not be computed. */
  productsLacking: number;
}

/** A kept generation after it was brought in step with the catalogue, or why it was not. */
export type RefreshedGeneration = Pick<Generation, 'id' | 'modelVersion'> & {
  isActive: boolean;
} & ({ failure: null; changes: GenerationChanges } | { failure: { code: string; message: string }; changes: null });

/** What a completeness check found. */
export interface Completeness {
  /** Active products with at least one usable photo. */
  productsWithPhoto: number;
  /** Those of them that have a vector. */
  productVectors: number;
  /** Photos of active products. */
  photos: number;
  /** Those of them that have a vector. */
  imageVectors: number;
  /** Vectors with a part whose length differs from 1 by more than 1e-3. */
  badNorms: number;
  /** Up to five products without a vector, for the message. */
  examples: ProductId[];
}
