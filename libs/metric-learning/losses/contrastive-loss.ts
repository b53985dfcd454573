import type { LossSettings } from '#foundation';
import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Relation } from '../miners/relation.js';
import { pairsOf, type Pairs } from './pairs.js';
import { meanOverActive } from './triplet-gaps.js';

/** What float32 leaves between equal rows, as a distance or of a cosine: less is no violation. */
const ROUNDING = 2e-6;

/**
 * Contrastive loss on all pairs of a batch, positive and negative: mean of max(0, d(a, p) - positive margin) over the
 * positive pairs that are not near enough, plus mean of max(0, negative margin - d(a, n)) over the negative pairs that are
 * not far enough. For similarities the differences are turned round. Without such pairs: exactly 0.
 *
 * Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR 2006, eq. 4, whose terms
 * are squared and summed; here, as in pytorch-metric-learning, they are not squared, and either mean is over what is
 * active, so that the few positive pairs of a batch weigh as much as its many negative ones.
 *
 * @param embeddings [batch, dim]
 */
export function contrastiveLoss(
  embeddings: tf.Tensor2D,
  relation: Relation,
  distance: Distance,
  { positiveMargin, negativeMargin }: Omit<Extract<LossSettings, { name: 'contrastive' }>, 'name'>,
): tf.Scalar {
  return tf.tidy(() => {
    const { positives, negatives } = pairsOf(relation);
    const take = (rows: Int32Array) => tf.gather(embeddings, tf.tensor1d(rows, 'int32')); // [pairs, dim]
    const between = ({ firsts, seconds }: Pairs) => distance.rows(take(firsts), take(seconds)); // [pairs]
    const sign = distance.nearer === 'smaller' ? 1 : -1;
    const cost = (violations: tf.Tensor1D) =>
      meanOverActive(tf.relu(violations), tf.step(tf.sub<tf.Tensor1D>(violations, ROUNDING)));
    const tooFar = tf.mul<tf.Tensor1D>(tf.sub(between(positives), positiveMargin), sign);
    const tooNear = tf.mul<tf.Tensor1D>(tf.sub(negativeMargin, between(negatives)), sign);
    return tf.add<tf.Scalar>(cost(tooFar), cost(tooNear));
  });
}
