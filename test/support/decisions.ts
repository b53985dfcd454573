import type { Decisions, Merchandising } from '#similarity';

/** A shop that has decided these things, and no others. */
export function shopThatDecided(decisions: Partial<Decisions> = {}): Merchandising {
  return { decisions: async () => ({ scenarios: new Map(), rules: [], rulesKey: '', ...decisions }) };
}
