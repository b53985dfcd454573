export { PhotoEncoder } from './photo-encoder.js';
export { PhotoMatcher, type PhotoReference, type Recognition, type Verification } from './photo-matcher.js';
