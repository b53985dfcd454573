import type { LossName, LossSettings } from '#foundation';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Relation } from '../miners/relation.js';
import type { Triplets } from '../miners/triplets.js';
import { contrastiveLoss } from './contrastive-loss.js';
import { multiSimilarityLoss } from './multi-similarity-loss.js';
import type { Proxies } from './proxies.js';
import { proxyAnchorLoss } from './proxy-anchor-loss.js';
import { softMarginLoss } from './soft-margin-loss.js';
import { supervisedContrastiveLoss } from './supervised-contrastive-loss.js';
import { tripletMarginLoss } from './triplet-margin-loss.js';

/** A loss under its settings, ready for batches. */
export type Loss =
  | {
      of: 'triplets';
      cost: (embeddings: Tensor2D, triplets: Triplets, distance: Distance) => Scalar;
      /** A triplet is active while its negative is not farther than its positive by this. */
      margin: number;
    }
  | { of: 'pairs'; cost: (embeddings: Tensor2D, relation: Relation, distance: Distance) => Scalar }
  | { of: 'proxies'; cost: (embeddings: Tensor2D, relation: Relation, proxies: Proxies) => Scalar };

type LossOf<Name extends LossName> = (settings: Extract<LossSettings, { name: Name }>) => Loss;

/** Every loss that settings may name. */
const LOSSES: { readonly [Name in LossName]: LossOf<Name> } = {
  'soft-margin': () => ({ of: 'triplets', cost: softMarginLoss, margin: 0 }),
  'triplet-margin': (settings) => ({
    of: 'triplets',
    cost: (embeddings, triplets, distance) => tripletMarginLoss(embeddings, triplets, distance, settings),
    margin: settings.margin,
  }),
  contrastive: (settings) => ({
    of: 'pairs',
    cost: (embeddings, relation, distance) => contrastiveLoss(embeddings, relation, distance, settings),
  }),
  'multi-similarity': (settings) => ({
    of: 'pairs',
    cost: (embeddings, relation, distance) => multiSimilarityLoss(embeddings, relation, distance, settings),
  }),
  'supervised-contrastive': (settings) => ({
    of: 'pairs',
    cost: (embeddings, relation, distance) => supervisedContrastiveLoss(embeddings, relation, distance, settings),
  }),
  'proxy-anchor': (settings) => ({
    of: 'proxies',
    cost: (embeddings, relation, proxies) => proxyAnchorLoss(embeddings, relation, proxies, settings),
  }),
};

/** The loss that the settings name. */
export function lossOf(settings: LossSettings): Loss {
  // The name picks the loss of these settings, which TypeScript does not follow.
  return (LOSSES[settings.name] as (settings: LossSettings) => Loss)(settings);
}
