export { AdamW, type AdamWSettings, type AdamWState } from './adamw.js';
export { openBackend } from './backend.js';
export type { ComputeBackend, ComputeDescription } from './compute-backend.js';
export { cosineRate } from './cosine-rate.js';
export { selfTest } from './self-test.js';
export { symmetricEigen, type SymmetricEigen } from './symmetric-eigen.js';
export { countLeakedTensors } from './tensor-accounting.js';
