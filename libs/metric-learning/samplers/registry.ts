import type { Random, SamplerSettings } from '#foundation';
import { createCategorySampler } from './category-sampler.js';
import { createProductSampler } from './product-sampler.js';
import type { Sampler, SamplerPool } from './sampler.js';
import { createStyleSampler } from './style-sampler.js';

/** The sampler that the settings name. */
export function createSampler(pool: SamplerPool, settings: SamplerSettings, random: Random): Sampler {
  switch (settings.name) {
    case 'style-then-product':
      return createStyleSampler(pool, settings, random);
    case 'p-x-k':
      return createProductSampler(pool, settings, random);
    case 'category-restricted':
      return createCategorySampler(pool, settings, random);
  }
}
