export { drawCatalogueCard } from './catalogue-card.js';
