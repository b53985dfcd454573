import { vectorIndexConformance } from '../../test/conformance/vector-index.js';
import { ExactIndex } from './exact-index.js';

vectorIndexConformance('ExactIndex', async (products) => new ExactIndex(products));
