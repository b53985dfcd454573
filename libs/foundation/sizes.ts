/** Pooled features of the backbone. */
export const BACKBONE_SIZE = 1280;
/** Bins of the colour histogram. */
export const HISTOGRAM_SIZE = 128;
/** Features of one photo: backbone, then histogram. */
export const FEATURE_SIZE = BACKBONE_SIZE + HISTOGRAM_SIZE;
/** The shape part of an embedding, of unit length. */
export const SHAPE_SIZE = 96;
/** The colour part of an embedding, of unit length. */
export const COLOUR_SIZE = 32;
/** An embedding: shape, then colour. */
export const EMBEDDING_SIZE = SHAPE_SIZE + COLOUR_SIZE;
