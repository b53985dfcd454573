export { addBackbone } from './add-backbone.js';
export { Backbones, type BackboneAtHand, DESCRIPTION_FILE } from './backbones.js';
export { type BackboneDescription, backboneSettings, parseBackboneName, parseBackboneSettings } from './description.js';
export { type FeatureGraph, featureGraphOf } from './feature-graph.js';
export { BACKBONE_LIMITS } from './limits.js';
export { tryGraph } from './trial.js';
