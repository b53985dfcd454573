import type { RedisAddress } from '#jobs';
import type { openDatabase } from '#persistence';

/** What a worker of the bench is started with: one JSON argument. */
export interface WorkerSettings {
  connection: Parameters<typeof openDatabase>[0];
  redis: RedisAddress;
  prefix: string;
}
