import type { ValidationFigures } from '#datasets';

/**
 * The checkpoint to keep: the last one, unless an earlier one is better by more than one standard error of the
 * criterion; then the best of those.
 *
 * A few dozen validation styles make single measurements jump by several points. Simply taking the highest of fifteen
 * cost .02 on styles that nobody chose by (12 runs on a catalogue of 111 styles), because linear heads under a cosine
 * rate hardly overfit; with thousands of styles the standard error shrinks and validation decides. Each criterion is
 * averaged with its neighbours' first.
 *
 * @param candidates by ascending step, at least one
 * @param styles how many validation styles were asked about
 */
export function chooseStep<Candidate extends { step: number; figures: ValidationFigures }>(
  candidates: readonly Candidate[],
  styles: number,
): Candidate {
  const last = candidates.at(-1);
  if (last === undefined) throw new RangeError('There is no checkpoint to choose from.');
  const smoothed = candidates.map((candidate, at) => {
    const around = candidates.slice(Math.max(at - 1, 0), at + 2);
    return { candidate, criterion: around.reduce((sum, { figures }) => sum + figures.criterion, 0) / around.length };
  });
  const ofLast = smoothed.at(-1)?.criterion ?? 0;
  const standardError = Math.sqrt((ofLast * (1 - ofLast)) / Math.max(styles, 1));
  let best = { candidate: last, criterion: ofLast + standardError };
  for (const entry of smoothed) if (entry.criterion > best.criterion) best = entry;
  return best.candidate;
}
