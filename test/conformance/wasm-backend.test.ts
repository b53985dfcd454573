import { underTest } from '../support/compute-under-test.js';

// The whole learning wing over WebAssembly: what its own test files run over the native library.
underTest.device = 'wasm';
await import('../../libs/compute/compute.test.js');
await import('../../libs/metric-learning/metric-learning.test.js');
await import('../../libs/metric-learning/losses/losses.test.js');
await import('../../libs/training/feature-block.test.js');
await import('../../libs/training/head-trainer.test.js');
await import('../../libs/training/part-losses.test.js');
await import('../../libs/training/quick-recipe.test.js');
