import type { Timing } from './load.js';

/** A bar, and what was measured against it. */
export interface Bar {
  what: string;
  measured: string;
  isMet: boolean;
}

/** From this many products on the bar of the API's p95 is a ratio. */
const LARGE = 100_000;
const LEAST_RECALL = 0.98;

/** p95 no more than raw + 2 ms, or 1.5 times raw from 100,000 products on. */
export function latencyBar(products: number, what: string, api: Timing, raw: Timing): Bar {
  const limit = products >= LARGE ? 1.5 * raw.p95 : raw.p95 + 2;
  const words = products >= LARGE ? '1.5x raw' : 'raw + 2 ms';
  const measured = `${ms(api.p95)} beside ${ms(raw.p95)}: +${ms(api.p95 - raw.p95)}, ${times(api.p95 / raw.p95)}`;
  return { what: `p95 <= ${words}, ${what}`, measured, isMet: api.p95 <= limit };
}

/** At least 60 % of what the raw statements answer a second. */
export function throughputBar(what: string, api: Timing, raw: Timing): Bar {
  const share = api.perSecond / raw.perSecond;
  return { what: `requests/s >= 60 % of raw, ${what}`, measured: `${(100 * share).toFixed(0)} %`, isMet: share >= 0.6 };
}

/** A request with twenty signals takes no more than four lookups. */
export function signalsBar(what: string, twenty: Timing, lookup: Timing): Bar {
  const ratio = twenty.p95 / lookup.p95;
  const measured = `p95 ${times(ratio)}, p50 ${times(twenty.p50 / lookup.p50)}`;
  return { what: `20 signals <= 4x GET similar, ${what}`, measured, isMet: ratio <= 4 };
}

/** Behind the 1 % filter nothing is missed, within 1.3 times the exact statement. */
export function narrowBar(recall: number, api: Timing, exact: Timing): Bar {
  const ratio = api.p95 / exact.p95;
  const measured = `annRecallAt10 ${recall.toFixed(3)}, p95 ${times(ratio)}, p50 ${times(api.p50 / exact.p50)}`;
  return { what: '1 % filter: recall 1 within 1.3x the exact SQL', measured, isMet: recall === 1 && ratio <= 1.3 };
}

/** annRecallAt10 of at least .98. */
export function recallBar(what: string, recall: number): Bar {
  return { what: `annRecallAt10 >= .98, ${what}`, measured: recall.toFixed(3), isMet: recall >= LEAST_RECALL };
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const times = (ratio: number) => `${ratio.toFixed(2)}x`;
