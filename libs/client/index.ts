export type { Product, Recommendation, Recommendations, Schemas } from './calls.js';
export type { Timing } from './retrying.js';
export { type EventOptions, type RecordedEvents, type ShopperEvent, ShopperEvents } from './shopper-events.js';
export { type CallOptions, type ClientOptions, type PostOptions, WeftClient } from './weft-client.js';
export { type FailureCode, WeftFailure } from './weft-failure.js';
