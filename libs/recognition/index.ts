export { PhotoEncoder } from './photo-encoder.js';
export { PhotoMatcher, type PhotoReference, type PhotoSearch, type Verification } from './photo-matcher.js';
