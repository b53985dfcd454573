import type { AdamWState } from '#compute';
import type { Epoch } from '../offline/epoch.js';

/** Everything that a training of heads needs to go on after a step as though it had never been interrupted. */
export interface HeadState {
  /** Steps taken. */
  step: number;
  /** Values of the trained variables, in the order in which the training makes them. */
  variables: Float32Array[];
  optimiser: AdamWState;
  /** Of the generator that draws the batches. The sampler itself is brought here by drawing its batches again. */
  random: number;
  /** Of the generator that losses and miners draw from. */
  lossRandom: number;
  /** The epoch under way, where triplets are mined offline; null: they are mined online. */
  epoch: Epoch | null;
}
