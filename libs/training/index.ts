export { embedFeatures } from './apply-head.js';
export { trainQuick, type QuickModel, type QuickTraining } from './quick-recipe.js';
