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
  const smoothed = smoothedCriteria(candidates.map(({ figures }) => figures.criterion));
  const ofLast = smoothed.at(-1) ?? 0;
  let best = { candidate: last, criterion: ofLast + standardErrorOf(ofLast, styles) };
  candidates.forEach((candidate, at) => {
    const criterion = smoothed[at] ?? 0;
    if (criterion > best.criterion) best = { candidate, criterion };
  });
  return best.candidate;
}

/** Each criterion averaged with its neighbours'. */
export function smoothedCriteria(criteria: readonly number[]): number[] {
  return criteria.map((_, at) => {
    const around = criteria.slice(Math.max(at - 1, 0), at + 2);
    return around.reduce((sum, criterion) => sum + criterion, 0) / around.length;
  });
}

/** Of a share of hits among so many styles, whose photos are not independent of each other. */
export function standardErrorOf(criterion: number, styles: number): number {
  return Math.sqrt((criterion * (1 - criterion)) / Math.max(styles, 1));
}
