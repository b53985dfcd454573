/** Side of the canonical picture, in pixels: what EfficientNet-Lite0 was trained on. */
export const CANONICAL_SIZE = 224;

/** Name of the way from bytes to canonical pixels. It is part of every feature's key: change both together. */
export const PREPROCESSING = 'contain-white-224-v1';
