export { Kept } from './kept.js';
export type { Connections, Freshness, Vitals, VitalsStore } from './vitals.js';
