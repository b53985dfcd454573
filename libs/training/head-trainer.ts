import { setImmediate } from 'node:timers/promises';
import { AdamW, cosineRate, type ComputeBackend } from '#compute';
import { WeftError, Random, type TrainingSettings } from '#foundation';
import type { LinearHead, TwoPartHeads } from '#networks';
import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { createBatches } from './batches.js';
import type { FeatureBlock } from './feature-block.js';
import { type Epoch, type MinedEpoch, mineEpoch } from './offline/epoch.js';
import { batchOfEpoch, type TrainingBatch } from './offline/triplet-batch.js';
import { createPartProxies } from './part-proxies.js';
import type { HeadState } from './run/head-state.js';
import { spreadOf } from './run/spread.js';
import { forward, partLosses, type StepFigures, type TrainableHead } from './part-losses.js';
import { labelsOf, type PhotoLabels } from './photo-labels.js';

/** Steps between two turns of the event loop: some 50 ms of work. */
const STEPS_AT_ONCE = 10;

export interface HeadTraining {
  blocks: { shape: FeatureBlock; colour: FeatureBlock };
  /** Heads for the blocks' own rows, where training begins. */
  start: TwoPartHeads;
  /** Photos to train on. */
  rows: readonly number[];
  /** Photos of another shop: batches are of one shop or the other. @default none */
  secondRows?: readonly number[];
  labels: PhotoLabels;
  settings: TrainingSettings;
  /** Draws the batches. */
  random: Random;
  /** For losses and miners that draw. */
  lossRandom: Random;
  /** Steps to take; fewer than the schedule has, when a checkpoint is to be reached again. @default settings.steps */
  stopAfter?: number;
  /** Ends the training between two steps. */
  signal?: AbortSignal;
  /** Where to go on instead of at `start`; `random` and `lossRandom` still begin as they began. */
  from?: HeadState;
  /** Factor on the scheduled rate of a step. @default 1 */
  rateFactor?: (step: number) => number;
  /** Called when triplets were mined offline, before the first step on them, and waited for. */
  onEpoch?: (mined: MinedEpoch) => Promise<void>;
  /** Called after each step, and waited for; `stop` ends the training there. */
  onStep?: (step: number, figures: StepFigures, now: HeadsNow) => Promise<'continue' | 'stop'>;
}

/** A training between two steps. */
export interface HeadsNow {
  /** A copy of the weights. */
  heads: () => TwoPartHeads;
  /** A copy of everything that the training needs to go on from here. */
  state: () => HeadState;
}

/**
 * Trains both heads on prepared blocks: a batch, its losses, one AdamW step under a cosine rate, and
 * again. Where triplets are mined offline, all photos are embedded and mined at the start of each epoch. Deterministic: equal inputs give bit-equal heads on one machine. Leaves no tensor behind, and lets the event loop
 * turn every few steps.
 *
 * @returns heads for the blocks' own rows; fold the blocks in with `foldBlock`
 * @throws WeftError `training-diverged` when embeddings or weights stop being finite, `state-unsuitable` for a `from` of
 * another training; the signal's reason when aborted
 */
export async function trainHeads(backend: ComputeBackend, training: HeadTraining): Promise<TwoPartHeads> {
  const { tf } = backend;
  const { blocks, start, labels, settings } = training;
  const { mining } = settings;
  const sampler = mining.name === 'online' ? createBatches(training) : null;
  const optimiser = new AdamW(backend, { weightDecay: settings.weightDecay });
  const heads = { shape: trainable(backend, start.shape), colour: trainable(backend, start.colour) };
  const dims = { shape: start.shape.outputs, colour: start.colour.outputs };
  const proxies = createPartProxies(
    settings,
    labels,
    [...training.rows, ...(training.secondRows ?? [])],
    dims,
    training.lossRandom,
  );
  const variables = [
    ...[heads.shape.weight, heads.shape.bias, heads.colour.weight, heads.colour.bias],
    ...Object.values(proxies).map(({ vectors }) => vectors),
  ];
  const all = { shape: blockTensor(backend, blocks.shape), colour: blockTensor(backend, blocks.colour) };
  const copy = (step: number): TwoPartHeads => ({
    shape: copyOf(heads.shape, start.shape, step),
    colour: copyOf(heads.colour, start.colour, step),
  });
  const steps = training.stopAfter ?? settings.steps;
  const { random } = training;
  let { lossRandom } = training;
  let epoch: Epoch | null = null;
  let step = 0;
  try {
    if (training.from) {
      ({ step, epoch } = training.from);
      for (let drawn = 0; drawn < step; drawn += 1) sampler?.next();
      requireSame(random, training.from);
      setVariables(backend, variables, training.from);
      optimiser.restore(variables, training.from.optimiser);
      lossRandom = new Random(training.from.lossRandom);
    }
    const now: HeadsNow = {
      heads: () => copy(step),
      state: () => ({
        step,
        variables: variables.map((variable) => variable.dataSync<'float32'>().slice()),
        optimiser: optimiser.state(variables),
        random: random.state,
        lossRandom: lossRandom.state,
        epoch,
      }),
    };
    const nextBatch = async (): Promise<TrainingBatch> => {
      if (mining.name === 'online') return { rows: sampler?.next() ?? new Int32Array(), triplets: null };
      if (epoch === null || step > epoch.begun + mining.every) {
        const mined = mineEpoch(backend, { ...training, heads, blocks: all }, step - 1, lossRandom);
        epoch = mined;
        await training.onEpoch?.(mined);
      }
      return batchOfEpoch(epoch, step, mining.triplets);
    };
    while (step < steps) {
      step += 1;
      const { rows: batch, triplets } = await nextBatch();
      const labelsOfBatch = labelsOf(labels, batch);
      const figures: StepFigures = { loss: null, activeShare: null, realPositiveShare: null, spread: null };
      // A miner may have found nothing in all photos.
      if (batch.length > 0) {
        tf.tidy(() => {
          const index = tf.tensor1d(batch, 'int32');
          const rows = { shape: tf.gather(all.shape, index), colour: tf.gather(all.colour, index) };
          let terms = 0;
          let given: Float32Array[] = [];
          let loss = 0;
          const { grads } = tf.variableGrads(() => {
            const embeddings = forward(backend, heads, rows);
            given = [embeddings.shape.dataSync<'float32'>(), embeddings.colour.dataSync<'float32'>()];
            const result = partLosses(backend, embeddings, labelsOfBatch, settings, {
              progress: (step - 1) / settings.steps,
              random: lossRandom,
              proxies,
              triplets,
            });
            terms = result.terms;
            figures.activeShare = result.activeShare;
            figures.realPositiveShare = result.realPositiveShare;
            loss = result.loss.dataSync<'float32'>()[0] as number;
            return result.descended;
          }, variables);
          // Miners skip what is no number, so that the loss alone would never tell. TensorFlow.js leaks what it keeps for
          // the gradient when the function above throws, so this waits until here.
          for (const embeddings of given) requireFinite(embeddings, step);
          figures.spread = {
            shape: spreadOf(given[0] as Float32Array, start.shape.outputs),
            colour: spreadOf(given[1] as Float32Array, start.colour.outputs),
          };
          // Without a term there is nothing to learn from the batch, and the moments are left as they are.
          if (terms === 0) return;
          figures.loss = loss;
          const rate = cosineRate(settings.learningRate, step - 1, settings.steps);
          optimiser.step(variables, grads, rate * (training.rateFactor?.(step) ?? 1));
        });
      }
      if ((await training.onStep?.(step, figures, now)) === 'stop') break;
      if (step % STEPS_AT_ONCE === 0) {
        await setImmediate();
        training.signal?.throwIfAborted();
      }
    }
    return copy(step);
  } finally {
    optimiser.dispose();
    tf.dispose([...variables, all.shape, all.colour]);
  }
}

function requireFinite(values: Float32Array, step: number): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new WeftError('training-diverged', `The training diverged: its numbers stopped being finite at step ${step}.`, {
    value: String(values[at]),
    remedy: 'Train with another seed; if it happens again, report it with the versions that weft doctor shows.',
  });
}

/** The sampler was brought to a saved step by drawing its batches again: that must have taken as much chance as then. */
function requireSame(random: Random, from: HeadState): void {
  if (random.state === from.random) return;
  throw new WeftError('state-unsuitable', `The state of step ${from.step} is of a training on other batches.`, {
    remedy: 'Start the training again.',
  });
}

function setVariables({ tf }: ComputeBackend, variables: readonly Variable[], from: HeadState): void {
  variables.forEach((variable, at) => {
    const values = from.variables[at];
    if (values?.length !== variable.size) {
      throw new WeftError('state-unsuitable', `The state of step ${from.step} is of other heads.`, {
        remedy: 'Start the training again.',
      });
    }
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  });
}

function trainable({ tf }: ComputeBackend, head: LinearHead): TrainableHead {
  return tf.tidy(() => ({
    weight: tf.variable(tf.tensor2d(head.weight, [head.inputs, head.outputs])),
    bias: tf.variable(tf.tensor1d(head.bias)),
  }));
}

function copyOf(head: TrainableHead, { inputs, outputs }: LinearHead, step: number): LinearHead {
  const weight = Float32Array.from(head.weight.dataSync<'float32'>());
  const bias = Float32Array.from(head.bias.dataSync<'float32'>());
  requireFinite(weight, step);
  requireFinite(bias, step);
  return { weight, bias, inputs, outputs };
}

function blockTensor({ tf }: ComputeBackend, { values, width }: FeatureBlock): Tensor2D {
  return tf.tensor2d(values, [values.length / width, width]);
}
