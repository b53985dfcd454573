import type { Snapshot } from '#datasets';
import { measureRetrieval, retrievalSet, type OtherStyles, type QueryOutcome } from '#evaluation';

export const TASKS = ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const;
export type Task = (typeof TASKS)[number];

/** Outcomes of all folds and seeds of one variant, in one order for every variant. */
export interface Answers {
  outcomes: Record<Task, QueryOutcome[]>;
  otherStyles: OtherStyles[];
}

/** Leave-one-out among the asked rows at a dial, added to what was answered before. */
export function ask(
  answers: Answers,
  snapshot: Snapshot,
  asked: readonly number[],
  { embeddings, shapeSize }: { embeddings: Float32Array; shapeSize: number },
  dial: number,
): void {
  const dim = embeddings.length / asked.length;
  // Scaled here and not by scaleQuery, which knows one size of the parts only.
  const scaled = embeddings.map((value, at) => value * (at % dim < shapeSize ? 1 - dial : dial));
  const labels = asked.flatMap((row) => snapshot.photos[row] ?? []);
  const lab = Float32Array.from(asked.flatMap((row) => [...snapshot.lab.subarray(3 * row, 3 * row + 3)]));
  const found = measureRetrieval({
    queries: retrievalSet(labels, lab, scaled),
    gallery: retrievalSet(labels, lab, embeddings),
    dim,
  });
  for (const task of TASKS) answers.outcomes[task].push(...found[task]);
  if (found.otherStyles) answers.otherStyles.push(found.otherStyles);
}

export const noAnswers = (): Answers => ({
  outcomes: { sameProduct: [], sameStyle: [], sameStyleOtherColour: [] },
  otherStyles: [],
});
