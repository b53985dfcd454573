export type { LockSettings } from './bull-queues.js';
export type { SecondShopResult, TrainResult } from './job-results.js';
export {
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
export { JOB_STATES, type JobError, type JobRun, type JobState } from './job-run.js';
export type { JobStore, Turn } from './job-store.js';
export { JobWorker, type JobHandler, type JobHandlers, type JobLog } from './job-worker.js';
export { type RedisAddress, redisOptions } from './redis-address.js';
