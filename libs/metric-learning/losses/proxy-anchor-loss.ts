import type { LossSettings } from '#foundation';
import * as tf from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../distances/cosine-similarity.js';
import type { Relation } from '../miners/relation.js';
import { maskedLogOnePlusSumExp } from './log-sum-exp.js';
import type { Proxies } from './proxies.js';

/**
 * Proxy-Anchor loss, on the cosine between every photo and every class's proxy:
 *
 *   1/|P+| sum over p in P+ of ln(1 + sum over positives x of exp(-alpha (s(x, p) - margin)))
 *   + 1/|P| sum over p in P of ln(1 + sum over negatives x of exp(alpha (s(x, p) + margin)))
 *
 * with all proxies P and those P+ of which the batch holds a photo. Kim, Kim, Cho and Kwak, "Proxy Anchor Loss for Deep
 * Metric Learning", arXiv 2003.13911, eq. 4. Proxies are trained beside the heads.
 *
 * @param embeddings [batch, dim]
 */
export function proxyAnchorLoss(
  embeddings: tf.Tensor2D,
  relation: Relation,
  proxies: Proxies,
  { margin, alpha }: Omit<Extract<LossSettings, { name: 'proxy-anchor' }>, 'name'>,
): tf.Scalar {
  return tf.tidy(() => {
    const differs = (ofClasses: Int32Array, ofRows: Int32Array) =>
      tf.cast(
        tf.notEqual<tf.Tensor2D>(
          tf.tensor2d(ofClasses, [ofClasses.length, 1], 'int32'),
          tf.tensor2d(ofRows, [1, ofRows.length], 'int32'),
        ),
        'float32',
      ); // [classes, batch]
    const others = differs(proxies.positive, relation.positive);
    const positive = tf.sub<tf.Tensor2D>(1, others);
    const negative = tf.mul<tf.Tensor2D>(others, differs(proxies.negative, relation.negative));
    const present = tf.sum(tf.max(positive, 1));
    const similarities = cosineSimilarity.matrix(proxies.vectors as tf.Tensor2D, embeddings); // [classes, batch]
    const pull = maskedLogOnePlusSumExp(tf.mul(tf.sub(similarities, margin), -alpha), positive); // [classes]
    const push = maskedLogOnePlusSumExp(tf.mul(tf.add(similarities, margin), alpha), negative); // [classes]
    return tf.add<tf.Scalar>(tf.div(tf.sum(pull), tf.maximum(present, 1)), tf.mean(push));
  });
}
