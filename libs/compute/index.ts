export { AdamW, type AdamWSettings } from './adamw.js';
export { openBackend, type ComputeBackend, type ComputeDescription } from './backend.js';
export { cosineRate } from './cosine-rate.js';
export { selfTest } from './self-test.js';
export { symmetricEigen, type SymmetricEigen } from './symmetric-eigen.js';
export { countLeakedTensors } from './tensor-accounting.js';
