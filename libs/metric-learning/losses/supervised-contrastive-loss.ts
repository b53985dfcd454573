import type { LossSettings } from '#foundation';
import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Relation } from '../miners/relation.js';
import { masked, maskedLogSumExp } from './log-sum-exp.js';
import { pairMasks } from './pairs.js';

/**
 * Supervised contrastive loss: mean, over the rows i that have a positive, of
 *
 *   - 1/|P(i)| sum over p in P(i) of ln(exp(s(i, p) / t) / sum over a in A(i) of exp(s(i, a) / t))
 *
 * with the positives P(i) and all positives and negatives A(i). Khosla et al., "Supervised Contrastive Learning",
 * arXiv 2004.11362, eq. 2, which sums over the rows. A batch without any positive or without any negative: exactly 0, as
 * there is nothing to tell apart.
 *
 * @param embeddings [batch, dim]
 * @param distance a similarity
 */
export function supervisedContrastiveLoss(
  embeddings: tf.Tensor2D,
  relation: Relation,
  distance: Distance,
  { temperature }: Omit<Extract<LossSettings, { name: 'supervised-contrastive' }>, 'name'>,
): tf.Scalar {
  return tf.tidy(() => {
    const { positive, negative } = pairMasks(relation);
    const positives = tf.sum<tf.Tensor1D>(positive, 1); // [batch]
    const isTelling = tf.step(tf.mul(tf.sum(positive), tf.sum(negative)));
    const counts = tf.add<tf.Tensor2D>(positive, negative);
    const similarities = tf.div<tf.Tensor2D>(distance.matrix(embeddings, embeddings), temperature); // [batch, batch]
    // Measured from each row's nearest: a loss near 0 would drown in the rounding of numbers near 1 / temperature.
    const shifted = tf.sub<tf.Tensor2D>(similarities, tf.max(masked(similarities, counts), 1, true));
    const ofPositives = tf.div(tf.sum(tf.mul(shifted, positive), 1), tf.maximum(positives, 1)); // [batch]
    const costs = tf.mul(tf.sub(maskedLogSumExp(shifted, counts), ofPositives), tf.step(positives)); // [batch]
    return tf.div<tf.Scalar>(tf.sum(tf.mul(costs, isTelling)), tf.maximum(tf.sum(tf.step(positives)), 1));
  });
}
