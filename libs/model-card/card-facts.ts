import type { Snapshot, TrainingMetrics } from '#datasets';
import type { ModelManifest } from '#embedder';
import { lastStepOf } from '#evaluation';

/** What the sections of a card draw on. */
export interface CardFacts {
  manifest: ModelManifest;
  metrics: TrainingMetrics;
  snapshot: Snapshot;
  /** Whether the catalogue is still the one that the model was trained on. */
  isSameCatalogue: boolean;
  /** Without password and query; null: not known. */
  feed: string | null;
  madeAt: Date;
}

/** The three questions, in words. */
export const TASKS = [
  { key: 'sameProduct', name: 'Same product', asks: 'the nearest other photo shows the same product' },
  { key: 'sameStyle', name: 'Same style', asks: 'the nearest other photo shows the same style, in any colour' },
  {
    key: 'sameStyleOtherColour',
    name: 'Same style, other colour',
    asks: "without the product's own photos, the nearest shows the same style",
  },
] as const;

/** A figure in [0, 1]; a dash where there is none. */
export function rate(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined ? '–' : value.toFixed(digits);
}

export function interval([low, high]: readonly [number, number]): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`;
}

/** `1 photo`, `2 photos`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** What kind of garment a photo shows, as far as the feed says. */
export function shortCategory(category: string | null): string {
  return lastStepOf(category) ?? 'no category';
}
