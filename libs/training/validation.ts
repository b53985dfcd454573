import type { Snapshot, ValidationFigures } from '#datasets';
import { measureRetrieval, scaleQuery, type QueryOutcome } from '#evaluation';
import { retrievalSetOfRows } from './retrieval-rows.js';

/**
 * hitRateAt1 on some photos, leave-one-out, at one dial; null when no photo has anything to find.
 *
 * The criterion is the mean of same product, same style and same style in another colour, as far as they can be asked:
 * the three pull the heads in different directions, and a model good at one end of the dial only is no good default.
 *
 * @param embeddings [rows, shape + colour], in the order of `rows`
 */
export function validationFigures(
  embeddings: Float32Array,
  snapshot: Snapshot,
  rows: readonly number[],
  dial: number,
): ValidationFigures | null {
  if (rows.length === 0) return null;
  const outcomes = measureRetrieval({
    queries: retrievalSetOfRows(snapshot, rows, scaleQuery(embeddings, dial)),
    gallery: retrievalSetOfRows(snapshot, rows, embeddings),
    dim: embeddings.length / rows.length,
  });
  const figures = {
    sameProduct: hitRate(outcomes.sameProduct),
    sameStyle: hitRate(outcomes.sameStyle),
    sameStyleOtherColour: hitRate(outcomes.sameStyleOtherColour),
  };
  const asked = Object.values(figures).filter((figure) => figure !== null);
  if (asked.length === 0) return null;
  return { ...figures, criterion: asked.reduce((sum, figure) => sum + figure, 0) / asked.length };
}

function hitRate(outcomes: readonly QueryOutcome[]): number | null {
  return outcomes.length === 0 ? null : outcomes.filter(({ hitAt1 }) => hitAt1 === 1).length / outcomes.length;
}
