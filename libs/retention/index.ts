export { collect, type SweepResult } from './collect.js';
export { leftoverAt } from './home-leftovers.js';
export type { Leftover, Sweep } from './leftover.js';
export type { OldRows, RetentionStore } from './retention-store.js';
export { type RetentionInput, sweeps } from './sweeps.js';
