/** The shape part of an embedding, of unit length. */
export const SHAPE_SIZE = 64;
/** The colour part of an embedding, of unit length. */
export const COLOUR_SIZE = 64;
/** An embedding: shape, then colour. */
export const EMBEDDING_SIZE = SHAPE_SIZE + COLOUR_SIZE;

/** Longest id of a product, in UTF-16 units; offer ids are shorter. Colours become up to 18 times as long in an id. */
export const MAX_PRODUCT_ID = 512;
/** Longest category, in UTF-16 units. */
export const MAX_CATEGORY = 1_000;

/** Largest number of a rule, an experiment, a generation: Postgres keeps them in four bytes. */
export const LARGEST_ID = 2 ** 31 - 1;
