export { FeatureBuffer } from './feature-buffer.js';
export { writeBundle, type BundleContent } from './bundle-writer.js';
export { FeatureCache } from './feature-cache.js';
export { deadSegments } from './feature-compaction.js';
export { extractorIdOf, FeatureExtractor, PHOTOS_AT_ONCE } from './feature-extractor.js';
export type { PhotoFeatures } from './feature-segment.js';
export { MANIFEST_FILE, type ModelManifest } from './manifest.js';
export { ModelBundle } from './model-bundle.js';
export { listModels, modelDirectory, openModel } from './models.js';
export { openSession, runSession } from './onnx-session.js';
export { testPictures } from './test-pictures.js';
export {
  type NamedTensor,
  readSafetensors,
  readSafetensorsFile,
  writeSafetensors,
  writeSafetensorsFile,
} from './safetensors.js';
