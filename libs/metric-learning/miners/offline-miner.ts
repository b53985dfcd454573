import type { Random } from '#foundation';
import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import { othersOf, type Relation } from './relation.js';
import type { Miner } from './registry.js';
import { type Triplets, TripletList } from './triplets.js';

/** Distances that are held at once, 4 MB: what is left flat for any number of rows. */
const DISTANCES_AT_ONCE = 1_000_000;

/** Triplets with how far their positive and their negative are from the anchor, in the training's own distance. */
export interface MeasuredTriplets extends Triplets {
  toPositive: Float32Array;
  toNegative: Float32Array;
}

/**
 * Offline mining (FaceNet, arXiv 1503.03832, section 3.2): for each anchor one of the triplets that the miner finds for it
 * among all rows, each of them as likely. Anchors for which it finds none are left out. Distances are calculated for a few
 * anchors at a time.
 *
 * @param embeddings [n, dim]
 * @param anchors rows, in the order of the answer
 * @param distance that the answer is measured in
 */
export function mineOffline(
  embeddings: tf.Tensor2D,
  relation: Relation,
  anchors: readonly number[],
  miner: Pick<Miner, 'mine' | 'distance'>,
  distance: Distance,
  random: Random,
): MeasuredTriplets {
  const count = relation.photo.length;
  const atOnce = Math.max(1, Math.floor(DISTANCES_AT_ONCE / Math.max(count, 1)));
  const mined = new TripletList();
  const sign = miner.distance.nearer === 'smaller' ? 1 : -1;
  const found = new PairList();
  const room = new Int32Array(count);
  for (let start = 0; start < anchors.length; start += atOnce) {
    const block = anchors.slice(start, start + atOnce);
    const distances = numbersOf(() =>
      miner.distance.matrix(tf.gather(embeddings, tf.tensor1d(block, 'int32')), embeddings),
    ); // [block, n]
    block.forEach((anchor, at) => {
      const own = distances.subarray(at * count, (at + 1) * count);
      const others = othersOf(relation, anchor, room);
      found.clear();
      miner.mine({ ...others, distanceTo: (row) => sign * (own[row] as number) }, (p, n) => found.add(p, n));
      if (found.length === 0) return;
      const [positive, negative] = found.at(random.int(found.length));
      mined.add(anchor, positive, negative);
    });
  }
  return measured(embeddings, mined.toTriplets(), distance);
}

/**
 * Rows that may be anchors, in random order: those with a positive.
 *
 * @param most how many are wanted
 */
export function drawAnchors(
  { positive, photo }: Pick<Relation, 'positive' | 'photo'>,
  most: number,
  random: Random,
): number[] {
  const first = new Map<number, number>();
  const several = new Set<number>();
  positive.forEach((label, row) => {
    const known = first.get(label);
    if (known === undefined) first.set(label, photo[row] as number);
    else if (known !== photo[row]) several.add(label);
  });
  const able = Array.from(positive.keys()).filter((row) => several.has(positive[row] as number));
  return random.shuffled(able).slice(0, most);
}

function measured(embeddings: tf.Tensor2D, triplets: Triplets, distance: Distance): MeasuredTriplets {
  const { anchors, positives, negatives } = triplets;
  const between = (firsts: Int32Array, seconds: Int32Array) =>
    numbersOf(() => {
      const take = (rows: Int32Array) => tf.gather(embeddings, tf.tensor1d(rows, 'int32'));
      return distance.rows(take(firsts), take(seconds));
    });
  return { ...triplets, toPositive: between(anchors, positives), toNegative: between(anchors, negatives) };
}

/** The numbers of a tensor, taken outside of the tidy, which would look at each of them for a tensor. */
function numbersOf(make: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(make);
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}

/** Pairs of one anchor; there may be hundreds of thousands, and the room for them is used again for the next one. */
class PairList {
  private rows = new Int32Array(1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  add(positive: number, negative: number): void {
    if (2 * this.length === this.rows.length) {
      const grown = new Int32Array(2 * this.rows.length);
      grown.set(this.rows);
      this.rows = grown;
    }
    this.rows[2 * this.length] = positive;
    this.rows[2 * this.length + 1] = negative;
    this.length += 1;
  }

  at(place: number): [positive: number, negative: number] {
    return [this.rows[2 * place] as number, this.rows[2 * place + 1] as number];
  }
}
