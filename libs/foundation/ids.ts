declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One feed row: what a shopper puts in the cart. Real feeds have one per size. */
export type OfferId = Branded<'OfferId'>;
/** One look: the offers that share style and colour. Photos, vectors and triplets belong to products. */
export type ProductId = Branded<'ProductId'>;
/** Products that differ in colour only. */
export type StyleId = Branded<'StyleId'>;
/** SHA-256 of a photo file's bytes, 64 lower-case hexadecimal digits. */
export type ImageId = Branded<'ImageId'>;
/** Name of a trained model: time of training and content hash, `20261124-093000-1a2b3c4d`. */
export type ModelVersion = Branded<'ModelVersion'>;

/** Number of a generation: the vectors of the catalogue under one model. */
export type GenerationId = number;
/** UUID of a job run. */
export type JobId = Branded<'JobId'>;
