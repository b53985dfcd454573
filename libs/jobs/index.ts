export { JobCancelled } from './job-cancelled.js';
export {
  type EventCursor,
  type EventPage,
  type EventQuestion,
  type JobEvent,
  type JobEventStore,
  type RunStanding,
} from './job-event.js';
export { JobFeed, type JobListener } from './job-feed.js';
export type { LockSettings } from './bull-queues.js';
export type { EmbedOutcome, ImportOutcome, JudgeResult, SecondShopResult, TrainResult } from './job-results.js';
export {
  afterJudging,
  afterTraining,
  completeTraining,
  JOB_INPUTS,
  JOB_KINDS,
  type JobInput,
  type JobKind,
  type JobRequest,
  parseJobInput,
  TRAIN_FIELDS,
} from './job-inputs.js';
export { JobQueue } from './job-queue.js';
export { unknownJob } from './job-refused.js';
export { LONGEST_WAIT_MS } from './job-rules.js';
export {
  JOB_STATES,
  type JobAsk,
  type JobError,
  type JobListing,
  type JobLogLine,
  type JobRun,
  type JobState,
  PRIORITIES,
  type Priority,
} from './job-run.js';
export type { BegunRun, JobStore, Turn } from './job-store.js';
export { JobWorker, type JobHandler, type JobHandlers, type JobLog, type JobWorkerOptions } from './job-worker.js';
export { type RedisAddress, redisOptions } from './redis-address.js';
