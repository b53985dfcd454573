import type { Judgement } from '#evaluation';
import type { GenerationId, ModelVersion } from '#foundation';
import { GenerationError } from './generation-error.js';

/** What the gate found about a generation, and what it is true of. */
export interface Verdict {
  generation: GenerationId;
  /** The generation that was active. */
  against: GenerationId;
  /** Fingerprint of the catalogue that it was judged on. */
  catalogue: string;
  judgedAt: Date;
  judgement: Judgement;
}

/** Who wants a generation to be served, and how much they want it. */
export interface PromotionRequest {
  /** For the record, 1 to 200 characters. */
  by: string;
  /** Promotes whatever the gate says: why, 1 to 1,000 characters. @default null: the gate decides */
  override?: string | null;
  /** Nobody watches: what the hold-out is too small to tell is not promoted. @default false: then whoever asks decides */
  isAutomatic?: boolean;
}

export const PROMOTION_ACTIONS = ['promoted', 'refused', 'rolled-back', 'activated-first', 'same-model'] as const;
/**
 * `activated-first`: nothing was active; `same-model`: of the model that was active, so that its quality was judged already; the
 * others say themselves.
 */
export type PromotionAction = (typeof PROMOTION_ACTIONS)[number];

/** Why a generation is activated, as it is recorded. */
export interface ActivationEntry {
  action: Exclude<PromotionAction, 'refused'>;
  by: string;
  reason: string | null;
  verdict: Verdict | null;
}

/** One line of the audit log. */
export interface PromotionRecord {
  id: number;
  at: Date;
  action: PromotionAction;
  generation: GenerationId;
  modelVersion: ModelVersion;
  /** What was active before; null: nothing. */
  previousGeneration: GenerationId | null;
  by: string;
  /** Why the gate was overridden; null: it was not. */
  reason: string | null;
  verdict: Verdict | null;
}

/** The gate holds a generation back. */
export class PromotionRefused extends GenerationError {
  constructor(readonly verdict: Verdict) {
    const { generation, against, judgement } = verdict;
    super('promotion-refused', `Generation ${generation} is not promoted: ${judgement.reasons.join(' ')}`, {
      value: { generation, against, outcome: judgement.outcome },
      remedy: `To serve it all the same, say who wants it and why: weft promote ${generation} --override --by NAME --reason TEXT`,
    });
  }
}

/** Whether the gate lets a generation pass. What it cannot tell is for whoever asks to decide, if anyone does. */
export function isLetThrough({ judgement: { outcome } }: Verdict, isAutomatic: boolean): boolean {
  return outcome === 'better' || outcome === 'no-worse' || (outcome === 'undecided' && !isAutomatic);
}
