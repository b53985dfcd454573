export {
  EVENT_TYPES,
  type EventType,
  type NewEvent,
  REMOVAL_TYPES,
  type ShopperEvent,
  type ToldEvent,
} from './event.js';
export { EventService, type RecordedEvents } from './event-service.js';
export type { EventStore } from './event-store.js';
export { type Arm, ARMS, type ExperimentArm, RecommendationIds } from './recommendation-ids.js';
