export { drawCatalogueCard } from './catalogue-card.js';
export { trainingOptions } from './settings-words.js';
