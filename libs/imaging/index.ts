export { CANONICAL_SIZE, type CanonicalImage, decodeCanonical, PREPROCESSING } from './canonical.js';
export { drawContactSheet, type SheetCell } from './contact-sheet.js';
export { imagingVersions } from './engine.js';
export { readImageFile } from './image-file.js';
export { ImageRejected } from './image-rejected.js';
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.js';
export { renderSvg, tileAddress } from './render-svg.js';
export { thumbnail } from './thumbnail.js';
