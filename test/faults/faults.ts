/** What may happen in the middle of work: processes are killed without a warning, the rest is lost, cut, filled or moved. */
export const FAULTS = [
  ...(['worker', 'trainer', 'api', 'postgres', 'redis'] as const),
  ...(['redis emptied', 'connections cut', 'disk full', 'clock moved'] as const),
] as const;
export type Fault = (typeof FAULTS)[number];

/** What is struck. A trainer is there while it trains; promotion is judging and then serving; rollback is a single request. */
export const WORKS = ['imports', 'trainings', 'embeddings', 'promotions', 'rollbacks', 'refreshes'] as const;
export type Work = (typeof WORKS)[number];

/** How each fault is called in the table. */
export const FAULT_NAMES: Record<Fault, string> = {
  worker: 'kill -9 worker',
  trainer: 'kill -9 trainer',
  api: 'kill -9 API',
  postgres: 'kill -9 Postgres',
  redis: 'kill -9 Redis',
  'redis emptied': 'Redis emptied',
  'connections cut': 'connections cut',
  'disk full': 'disk full',
  'clock moved': 'clock moved',
};
