import type { Sampler } from './sampler.js';

/**
 * Takes turns between samplers, so that no batch holds rows of two of them: each gives its share of the batches, as
 * evenly as whole batches allow.
 *
 * @param turns samplers with what their shares are in proportion to; at least one, above 0
 */
export function createTurns(turns: readonly { sampler: Sampler; share: number }[]): Sampler {
  const whole = turns.reduce((sum, { share }) => sum + share, 0);
  const due = turns.map(() => 0);
  return {
    next: () => {
      turns.forEach(({ share }, at) => (due[at] = (due[at] as number) + share / whole));
      const at = due.indexOf(Math.max(...due));
      due[at] = (due[at] as number) - 1;
      return (turns[at] as (typeof turns)[number]).sampler.next();
    },
  };
}
