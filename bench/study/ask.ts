import type { Snapshot } from '#datasets';
import { measureRetrieval, retrievalSet, type OtherStyles, type QueryOutcome } from '#evaluation';

export const TASKS = ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const;
export type Task = (typeof TASKS)[number];

/** Outcomes of all folds and seeds of one variant, in one order for every variant. */
export interface Answers {
  outcomes: Record<Task, QueryOutcome[]>;
  otherStyles: OtherStyles[];
}

/** Embeddings `[asked, dim]`, and how many numbers of each are shape's. */
interface Embedded {
  embeddings: Float32Array;
  shapeSize: number;
}

/** Leave-one-out among the asked rows at a dial, added to what was answered before. */
export function ask(
  answers: Answers,
  snapshot: Snapshot,
  asked: readonly number[],
  embedded: Embedded,
  dial: number,
): void {
  const { embeddings } = embedded;
  const dim = embeddings.length / asked.length;
  const labels = asked.flatMap((row) => snapshot.photos[row] ?? []);
  const lab = Float32Array.from(asked.flatMap((row) => [...snapshot.lab.subarray(3 * row, 3 * row + 3)]));
  const found = measureRetrieval({
    queries: retrievalSet(labels, lab, scaled(embedded, asked.length, dial)),
    gallery: retrievalSet(labels, lab, embeddings),
    dim,
  });
  for (const task of TASKS) answers.outcomes[task].push(...found[task]);
  if (found.otherStyles) answers.otherStyles.push(found.otherStyles);
}

/** Queries at a dial, as scaleQuery makes them, which knows one size of the parts only. */
export function scaled({ embeddings, shapeSize }: Embedded, count: number, dial: number): Float32Array {
  const dim = embeddings.length / count;
  return embeddings.map((value, at) => value * (at % dim < shapeSize ? 1 - dial : dial));
}

export const noAnswers = (): Answers => ({
  outcomes: { sameProduct: [], sameStyle: [], sameStyleOtherColour: [] },
  otherStyles: [],
});
