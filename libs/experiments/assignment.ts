import { stableFraction } from '#foundation';
import type { Arm } from '#shoppers';
import type { Experiment } from './experiment.js';

/** The arm of a shopper: the same for every request and in every process, and in no relation to other experiments. */
export function armOf({ salt, treatmentShare }: Pick<Experiment, 'salt' | 'treatmentShare'>, shopperId: string): Arm {
  return stableFraction(shopperId, salt) < treatmentShare ? 'treatment' : 'control';
}
