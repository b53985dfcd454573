export { CANONICAL_SIZE, PREPROCESSING } from './canonical-size.js';
export { drawContactSheet, type SheetCell } from './contact-sheet.js';
export { imagingVersions } from './engine.js';
export { readImageFile } from './image-file.js';
export { ImageRejected } from './image-rejected.js';
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.js';
export { type CanonicalImage, decodeCanonical } from './photo-decoder.js';
export { renderSvg } from './render-svg.js';
export { thumbnail } from './thumbnail.js';
