export { drawCatalogue, type DrawnCatalogue } from './draw-catalogue.js';
