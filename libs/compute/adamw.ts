import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { ComputeBackend } from './compute-backend.js';

export interface AdamWSettings {
  /** Decay of the mean of gradients. @default 0.9 */
  beta1?: number;
  /** Decay of the mean of squared gradients. @default 0.999 */
  beta2?: number;
  /** @default 1e-8 */
  epsilon?: number;
  /** Decoupled: each step also subtracts rate * weightDecay * weight. @default 0.01 */
  weightDecay?: number;
}

/** What AdamW remembers of the steps it has taken. */
export interface AdamWState {
  /** Steps taken, which correct the bias of the moments. */
  steps: number;
  /** Moments by variable, in the order asked for; null for a variable that has had no gradient yet. */
  moments: ({ mean: Float32Array; square: Float32Array } | null)[];
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2). The rate is given at each
 * step, so that any schedule is possible. The caller disposes it.
 */
export class AdamW {
  private steps = 0;
  private readonly moments = new Map<string, { mean: Variable; square: Variable }>();
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly weightDecay: number;

  constructor(
    private readonly backend: ComputeBackend,
    settings: AdamWSettings = {},
  ) {
    this.beta1 = settings.beta1 ?? 0.9;
    this.beta2 = settings.beta2 ?? 0.999;
    this.epsilon = settings.epsilon ?? 1e-8;
    this.weightDecay = settings.weightDecay ?? 0.01;
  }

  /** One step of all `variables` that have a gradient under their name. Keeps and disposes none of its arguments. */
  step(variables: readonly Variable[], gradients: NamedTensorMap, rate: number): void {
    const { tf } = this.backend;
    this.steps += 1;
    // Both bias corrections go into the rate and epsilon, which saves two tensors a variable.
    const squareCorrection = Math.sqrt(1 - this.beta2 ** this.steps);
    const correctedRate = (rate * squareCorrection) / (1 - this.beta1 ** this.steps);
    const correctedEpsilon = this.epsilon * squareCorrection;
    tf.tidy(() => {
      for (const variable of variables) {
        const gradient = gradients[variable.name];
        if (gradient === undefined) continue;
        const { mean, square } = this.momentsOf(variable);
        mean.assign(tf.add(tf.mul(mean, this.beta1), tf.mul(gradient, 1 - this.beta1)));
        square.assign(tf.add(tf.mul(square, this.beta2), tf.mul(tf.square(gradient), 1 - this.beta2)));
        const change: Tensor = tf.mul(tf.div(mean, tf.add(tf.sqrt(square), correctedEpsilon)), correctedRate);
        variable.assign(tf.sub(tf.mul(variable, 1 - rate * this.weightDecay), change));
      }
    });
  }

  /** A copy of what is remembered of these variables. */
  state(variables: readonly Variable[]): AdamWState {
    const numbers = (moment: Variable) => moment.dataSync<'float32'>().slice();
    return {
      steps: this.steps,
      moments: variables.map((variable) => {
        const known = this.moments.get(variable.name);
        return known === undefined ? null : { mean: numbers(known.mean), square: numbers(known.square) };
      }),
    };
  }

  /** Goes on where the optimiser that gave `state` was; `variables` in the order in which it was asked. */
  restore(variables: readonly Variable[], { steps, moments }: AdamWState): void {
    const { tf } = this.backend;
    this.steps = steps;
    variables.forEach((variable, at) => {
      const saved = moments[at];
      if (saved == null) return;
      tf.tidy(() => {
        const { mean, square } = this.momentsOf(variable);
        mean.assign(tf.tensor(saved.mean, variable.shape));
        square.assign(tf.tensor(saved.square, variable.shape));
      });
    });
  }

  dispose(): void {
    for (const { mean, square } of this.moments.values()) this.backend.tf.dispose([mean, square]);
    this.moments.clear();
  }

  private momentsOf(variable: Variable): { mean: Variable; square: Variable } {
    const known = this.moments.get(variable.name);
    if (known !== undefined) return known;
    const { tf } = this.backend;
    const fresh = {
      mean: tf.variable(tf.zerosLike(variable), false),
      square: tf.variable(tf.zerosLike(variable), false),
    };
    this.moments.set(variable.name, fresh);
    return fresh;
  }
}
