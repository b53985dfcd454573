import type { Generation } from './generation.js';

/** Models, beside the active one, whose newest generation is kept ready for a promotion. */
const KEPT_READY = 2;

/**
 * What need not be kept of these generations, newest first. Kept are, beside the active one: the one before it, which
 * requests in flight at the flip still ask; the last one of another model, to go back to after re-embeddings; and the
 * newest that are ready, one a model. Failed ones have no vectors and stay as a record.
 */
export function superfluousGenerations(generations: Generation[]): Generation[] {
  const active = generations.find(({ state }) => state === 'active');
  const ready = generations.filter(({ state }) => state === 'ready');
  const retired = generations
    .filter(({ state }) => state === 'retired')
    .sort((a, b) => Number(b.activatedAt) - Number(a.activatedAt));
  const waiting = ready.filter(
    ({ modelVersion }, at) => ready.findIndex((newer) => newer.modelVersion === modelVersion) === at,
  );
  const kept = new Set([
    retired[0],
    retired.find(({ modelVersion }) => modelVersion !== active?.modelVersion),
    ...waiting.slice(0, KEPT_READY),
  ]);
  return [...ready, ...retired].filter((generation) => !kept.has(generation));
}
