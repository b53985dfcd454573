import type { Random } from '#foundation';
import { Rounds } from './rounds.js';
import type { Sampler, SamplerPool } from './sampler.js';
import { drawPhotos, groupByStyle, type StyleDraw } from './styles.js';

export interface StyleSamplerSettings extends StyleDraw {
  /** P: styles in a batch; all of them when there are fewer. */
  stylesPerBatch: number;
}

/**
 * Batches of P styles x up to M products x up to K photos, never repeating a photo: a repeated photo would be its own
 * positive at distance 0, which teaches nothing. Products and styles with fewer photos give what they have: a style with
 * a single photo has no positive and serves as a negative.
 *
 * Styles come in shuffled rounds: each is drawn once before any is drawn again.
 */
export function createStyleSampler(
  pool: Omit<SamplerPool, 'category'>,
  settings: StyleSamplerSettings,
  random: Random,
): Sampler {
  const rounds = new Rounds(groupByStyle(pool), settings.stylesPerBatch, random);
  return { next: () => drawPhotos(rounds.next(), settings, random) };
}
