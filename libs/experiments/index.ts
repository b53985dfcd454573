export { type CanaryRequest, canaryRequest } from './canary-request.js';
export { armOf } from './assignment.js';
export { type Assignment, ExperimentService } from './experiment-service.js';
export { type ExperimentRequest, experimentRequest } from './experiment-request.js';
export type { BaselineQuestion, ExperimentStore, Obstacle } from './experiment-store.js';
export type { ArmTally, Experiment, Tally } from './experiment.js';
export { type Judgement, VERDICTS } from './judgement.js';
