import type { LossSettings } from '#foundation';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Triplets } from '../miners/triplets.js';
import { softMarginLoss } from './soft-margin-loss.js';
import { tripletMarginLoss } from './triplet-margin-loss.js';

/** A loss over mined triplets. */
interface TripletLoss {
  cost: (embeddings: Tensor2D, triplets: Triplets, distance: Distance) => Scalar;
  /** A triplet is active while its negative is not farther than its positive by this. */
  margin: number;
}

/** The loss that the settings name. */
export function tripletLoss(loss: LossSettings): TripletLoss {
  switch (loss.name) {
    case 'soft-margin':
      return { cost: softMarginLoss, margin: 0 };
    case 'triplet-margin':
      return {
        cost: (embeddings, triplets, distance) => tripletMarginLoss(embeddings, triplets, distance, loss),
        margin: loss.margin,
      };
  }
}
