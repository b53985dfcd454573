export { embedFeatures, embedRows } from './apply-head.js';
export { prepareBlock, principalHead } from './feature-block.js';
export { trainHeads } from './head-trainer.js';
export { labelPhotos } from './photo-labels.js';
export { takeRows } from './rows.js';
export { trainQuick, type QuickModel, type QuickTraining } from './quick-recipe.js';
export { CheckpointFile } from './run/checkpoint-file.js';
export { TripletFiles } from './run/triplet-files.js';
