export { type Action, ACTIONS, type Attribution, type Grouping, GROUPINGS, type Span } from './attribution.js';
export { AttributionService } from './attribution-service.js';
export type { AttributionStore, GroupSums } from './attribution-store.js';
