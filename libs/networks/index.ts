export { BackboneRefused } from './backbone-refused.js';
export { buildBroughtFeatureGraph } from './brought-backbone.js';
export { buildEncoderGraph, buildFeatureGraph, buildHeadsGraph } from './graphs.js';
export type { LinearHead, TwoPartHeads } from './linear-heads.js';
export { WeightsUnreadable } from './torch-pickle.js';
export { readTorchTensors } from './torch-tensors.js';
