import type { LossSettings } from '#foundation';
import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Relation } from '../miners/relation.js';
import { maskedLogOnePlusSumExp } from './log-sum-exp.js';
import { pairMasks } from './pairs.js';

/**
 * Multi-similarity loss: mean over the rows of
 *
 *   1/alpha ln(1 + sum over positives of exp(-alpha (s - base))) + 1/beta ln(1 + sum over negatives of exp(beta (s - base)))
 *
 * Wang, Han, Huang, Dong and Scott, "Multi-Similarity Loss with General Pair Weighting for Deep Metric Learning",
 * arXiv 1904.06627, eq. 15, without the pair mining of its section 4: every pair counts. A row without positives is only
 * pushed from its negatives, one without negatives only pulled to its positives; one without either costs 0.
 *
 * @param embeddings [batch, dim]
 * @param distance a similarity
 */
export function multiSimilarityLoss(
  embeddings: tf.Tensor2D,
  relation: Relation,
  distance: Distance,
  { alpha, beta, base }: Omit<Extract<LossSettings, { name: 'multi-similarity' }>, 'name'>,
): tf.Scalar {
  return tf.tidy(() => {
    const { positive, negative } = pairMasks(relation);
    const above = tf.sub<tf.Tensor2D>(distance.matrix(embeddings, embeddings), base); // [batch, batch]
    const pull = tf.div(maskedLogOnePlusSumExp(tf.mul(above, -alpha), positive), alpha); // [batch]
    const push = tf.div(maskedLogOnePlusSumExp(tf.mul(above, beta), negative), beta); // [batch]
    return tf.mean<tf.Scalar>(tf.add(pull, push));
  });
}
