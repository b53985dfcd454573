import type { GenerationId } from '#foundation';
import type { Generation } from './generation.js';

/** Models, beside the active one, whose newest generation is kept ready for a promotion. */
const KEPT_READY = 2;

/**
 * What need not be kept of these generations, newest first. Kept are, beside the active one: those that were active last, of which
 * requests in flight at the flip still ask the one before; the last one of another model, to go back to after re-embeddings; and
 * the newest that are ready, one a model. Failed ones have no vectors and stay as a record.
 *
 * @param held kept for another reason
 * @param depth how many that were active before are kept, 1 or more
 */
export function superfluousGenerations(
  generations: Generation[],
  held: ReadonlySet<GenerationId>,
  depth: number,
): Generation[] {
  const active = generations.find(({ state }) => state === 'active');
  const ready = generations.filter(({ state }) => state === 'ready');
  const retired = generations
    .filter(({ state }) => state === 'retired')
    .sort((a, b) => Number(b.activatedAt) - Number(a.activatedAt));
  const waiting = ready.filter(
    ({ modelVersion }, at) => ready.findIndex((newer) => newer.modelVersion === modelVersion) === at,
  );
  const kept = new Set([
    ...retired.slice(0, depth),
    retired.find(({ modelVersion }) => modelVersion !== active?.modelVersion),
    ...waiting.slice(0, KEPT_READY),
  ]);
  return [...ready, ...retired].filter((generation) => !kept.has(generation) && !held.has(generation.id));
}
