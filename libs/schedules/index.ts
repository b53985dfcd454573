export { Cron } from './cron.js';
export { type Schedule, SCHEDULED_KINDS, type ScheduledKind, scheduleName, type ScheduleSettings } from './schedule.js';
export { ScheduleService, type Ticked } from './schedule-service.js';
export { localTime } from './time-zone.js';
export type { ScheduleStep, ScheduleStore } from './schedule-store.js';
