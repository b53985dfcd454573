import type { Random, SamplerSettings } from '#foundation';
import type { Sampler, SamplerPool } from './sampler.js';
import { createStyleSampler } from './style-sampler.js';

type Create<Settings> = (pool: SamplerPool, settings: Settings, random: Random) => Sampler;

/** Every sampler that settings may name. */
const SAMPLERS: { readonly [Name in SamplerSettings['name']]: Create<Extract<SamplerSettings, { name: Name }>> } = {
  'style-then-product': ({ rows, product, style }, settings, random) =>
    createStyleSampler(rows, product, style, settings, random),
};

/** The sampler that the settings name. */
export function createSampler(pool: SamplerPool, settings: SamplerSettings, random: Random): Sampler {
  const create: Create<SamplerSettings> = SAMPLERS[settings.name];
  return create(pool, settings, random);
}
