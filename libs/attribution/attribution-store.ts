import type { ClusterSums } from '#statistics';
import type { Action, GroupKey, Grouping, Span } from './attribution.js';

/** What is summed up of a group: over shoppers, their units, and those of them that led to something. */
export interface GroupSums extends GroupKey, Pick<ClusterSums, 'units' | 'unitsSquared'> {
  /** Shoppers with a unit that was shown. */
  clusters: number;
  open: number;
  withoutImpression: number;
  actions: Record<Action, Pick<ClusterSums, 'hits' | 'hitsSquared' | 'product'>>;
}

/** Where what was shown and what followed is summed up. Implemented by #persistence. */
export interface AttributionStore {
  /**
   * Of every group that had anything in the span.
   *
   * @param windowDays see `WINDOW_DAYS`
   * @param now units of answers of less than a window before it are open
   */
  sums(by: Grouping, span: Span, windowDays: number, now: Date): Promise<GroupSums[]>;
}
