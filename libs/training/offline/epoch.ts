import type { ComputeBackend } from '#compute';
import type { Random, TrainingSettings } from '#foundation';
import { DISTANCES, drawAnchors, type MeasuredTriplets, minerOf, mineOffline, type Triplets } from '#metric-learning';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { forward, joinParts, type Parts, type TrainableHead } from '../part-losses.js';
import { isPart, relationOf, SPACES, type Space } from '../part-relations.js';
import { labelsOf, type PhotoLabels } from '../photo-labels.js';
import { sharesOfShops } from '../shares-of-shops.js';

/** Photos that are embedded at once. */
const PHOTOS_AT_ONCE = 8_192;

/** Triplets of every space that is trained, by rows of the blocks. */
export type BySpace<T> = Partial<Record<Space, T>>;

/** What the steps of an epoch are taken on, in the order in which they take it. */
export interface Epoch {
  /** Steps that were taken when it was mined. */
  begun: number;
  triplets: BySpace<Triplets>;
}

/** The same with distances. */
export interface MinedEpoch extends Epoch {
  triplets: BySpace<MeasuredTriplets>;
}

/** What an epoch is mined from. */
export interface EpochSource {
  heads: { shape: TrainableHead; colour: TrainableHead };
  /** All rows of the blocks. */
  blocks: Parts;
  /** Rows to train on, of the shop and of a second one: no triplet mixes them. */
  rows: readonly number[];
  secondRows?: readonly number[];
  labels: PhotoLabels;
  settings: TrainingSettings;
}

/**
 * Embeds all photos as the heads are now and mines as many triplets of each space as the steps of an epoch have use for;
 * fewer where there are fewer anchors.
 *
 * @param begun steps that are taken
 * @param random for anchors, draws and the order of the triplets
 */
export function mineEpoch(backend: ComputeBackend, source: EpochSource, begun: number, random: Random): MinedEpoch {
  const { rows, secondRows = [], labels, settings } = source;
  const { mining } = settings;
  if (mining.name !== 'offline') throw new RangeError('Nothing is mined offline under these settings.');
  const most = mining.every * mining.triplets;
  const shops = sharesOfShops([rows, secondRows], labels);
  const found = shops.map((shop) => mineShop(backend, source, shop.rows, Math.ceil(most * shop.share), begun, random));
  const triplets = Object.fromEntries(
    trainedSpaces(settings).map((space) => [
      space,
      shuffled(
        found.map((ofShop) => ofShop[space] as MeasuredTriplets),
        random,
      ),
    ]),
  );
  return { begun, triplets };
}

function mineShop(
  backend: ComputeBackend,
  { heads, blocks, labels, settings }: EpochSource,
  rows: readonly number[],
  most: number,
  begun: number,
  random: Random,
): BySpace<MeasuredTriplets> {
  const { miner } = settings;
  if (miner === null) throw new RangeError(`The loss ${settings.loss.name} mines nothing.`);
  const own = labelsOf(labels, rows);
  const distance = DISTANCES[settings.distance];
  const mined: BySpace<MeasuredTriplets> = {};
  backend.tf.tidy(() => {
    const parts = embedded(backend, heads, blocks, rows);
    for (const space of trainedSpaces(settings)) {
      const embeddings = isPart(space) ? parts[space] : joinParts(backend, parts, settings.dial);
      const relation = relationOf(space, own);
      const moment = { progress: begun / settings.steps, random };
      const chosen = minerOf(miner, distance, embeddings.shape[1], moment);
      const anchors = drawAnchors(relation, most, random);
      mined[space] = inRows(mineOffline(embeddings, relation, anchors, chosen, distance, random), rows);
    }
  });
  return mined;
}

function embedded(
  backend: ComputeBackend,
  heads: EpochSource['heads'],
  blocks: Parts,
  rows: readonly number[],
): { shape: Tensor2D; colour: Tensor2D } {
  const { tf } = backend;
  const pieces: Parts[] = [];
  for (let at = 0; at < rows.length; at += PHOTOS_AT_ONCE) {
    const index = tf.tensor1d(rows.slice(at, at + PHOTOS_AT_ONCE), 'int32');
    const taken = { shape: tf.gather(blocks.shape, index), colour: tf.gather(blocks.colour, index) };
    pieces.push(forward(backend, heads, taken));
  }
  return { shape: tf.concat2d(pieces.map(({ shape }) => shape), 0), colour: tf.concat2d(pieces.map(({ colour }) => colour), 0) }; // prettier-ignore
}

function trainedSpaces({ weights }: Pick<TrainingSettings, 'weights'>): Space[] {
  return SPACES.filter((space) => weights[space] > 0);
}

/** From places among some rows to those rows. */
function inRows(triplets: MeasuredTriplets, rows: readonly number[]): MeasuredTriplets {
  const taken = (places: Int32Array) => places.map((place) => rows[place] as number);
  const { anchors, positives, negatives } = triplets;
  return { ...triplets, anchors: taken(anchors), positives: taken(positives), negatives: taken(negatives) };
}

function shuffled(lists: readonly MeasuredTriplets[], random: Random): MeasuredTriplets {
  const places = lists.flatMap((list, of) => Array.from(list.anchors.keys(), (at) => [of, at] as const));
  const order = random.shuffled(places);
  const column = <Kind extends Int32Array | Float32Array>(make: (values: number[]) => Kind, key: keyof MeasuredTriplets) => make(order.map(([of, at]) => (lists[of] as MeasuredTriplets)[key][at] as number)); // prettier-ignore
  const integers = (values: number[]) => Int32Array.from(values);
  const floats = (values: number[]) => Float32Array.from(values);
  return {
    anchors: column(integers, 'anchors'),
    positives: column(integers, 'positives'),
    negatives: column(integers, 'negatives'),
    toPositive: column(floats, 'toPositive'),
    toNegative: column(floats, 'toNegative'),
  };
}
