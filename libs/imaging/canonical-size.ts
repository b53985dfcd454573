/** Side of the canonical picture, in pixels: what EfficientNet-Lite0 was trained on. */
export const CANONICAL_SIZE = 224;

/** Sides that canonical pictures may have: a backbone that a person brings says which one it wants. */
export const CANONICAL_SIZES = { from: 32, to: 1024 } as const;

/** Name of the way from bytes to canonical pixels. It is part of every feature's key: change both together. */
export function preprocessingOf(side: number): string {
  return `contain-white-${side}-v1`;
}
