export { drawCatalogue, type DrawnCatalogue } from './draw-catalogue.js';
export { FEED_HEADER, feedLine } from './feed.js';
export { Painter } from './painter.js';
export { planCatalogue } from './plan.js';
