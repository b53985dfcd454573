export { addBackbone } from './add-backbone.js';
export { Backbones, type BackboneAtHand } from './backbones.js';
export {
  type BackboneDescription,
  backboneName,
  backboneSettings,
  parseBackboneName,
  parseBackboneSettings,
} from './description.js';
export { BACKBONE_LIMITS } from './limits.js';
export { tryGraph } from './trial.js';
