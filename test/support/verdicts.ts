import type { Judgement, Outcome } from '#evaluation';
import type { GenerationId } from '#foundation';
import type { Verdict } from '#generations';
import type { Database } from '#persistence';

/** A judgement that came out like this. */
export function judgementOf(outcome: Outcome): Judgement {
  const figures = { styles: 30, queries: 90, candidate: 0.8, other: 0.8, difference: 0 };
  const exposed = { shown: 20, gini: 0.2 };
  return {
    ...{ format: 'weft-judgement-1', outcome, reasons: [`The figures say: ${outcome}.`], margin: 0.02 },
    ...{ categoryMargin: 0.05, stylesNeeded: null, tasks: [], categories: [], baselines: [] },
    holdout: { styles: 30, photos: 90, ofStyles: 30, ofPhotos: 90, leftOut: 0 },
    overall: { ...figures, interval95: [-0.01, 0.01] },
    otherStyles: { candidate: null, active: null },
    churn: { products: 20, asked: 20, changedShare: 0.5, meanOverlap: 0.9, examples: [] },
    exposure: { before: exposed, after: exposed, categories: [], brands: [], gainers: [], losers: [] },
  };
}

/** Has the gate find something of a generation, true of what is active and for sale now. */
export async function findOf({ generations }: Database, generation: GenerationId, outcome: Outcome): Promise<Verdict> {
  const against = (await generations.active())!.id;
  const catalogue = await generations.catalogueState();
  return (await generations.saveVerdict({ generation, against, catalogue, judgement: judgementOf(outcome) }))!;
}
