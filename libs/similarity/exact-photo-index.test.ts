import { photoIndexConformance } from '../../test/conformance/photo-index.js';
import { ExactPhotoIndex } from './exact-photo-index.js';

photoIndexConformance('ExactPhotoIndex', async (photos) => new ExactPhotoIndex(photos));
