export { embedFeatures } from './apply-head.js';
export { QUICK, trainQuick, type QuickModel, type QuickTraining } from './quick-recipe.js';
