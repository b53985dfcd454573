import { COLOUR_SIZE, type FeatureLayout, SHAPE_SIZE, WeftError } from '#foundation';
import { readSafetensors, writeSafetensors, type NamedTensor } from './safetensors.js';

/** A linear head: y = unit(unit(x) W + b). */
interface HeadTensors {
  weight: Float32Array; // [inputs, outputs]
  bias: Float32Array; // [outputs]
}

/** The heads of both parts of an embedding. */
export interface PartHeads {
  shape: HeadTensors; // -> 64
  colour: HeadTensors; // -> 64
}

const OUTPUTS = { shape: SHAPE_SIZE, colour: COLOUR_SIZE } as const;
const PARTS = ['shape', 'colour'] as const;

/** `heads.safetensors`: `shape.weight`, `shape.bias`, `colour.weight`, `colour.bias`, and the same under `untrained.`. */
export function writeHeads(served: PartHeads, untrained: PartHeads, layout: FeatureLayout): Uint8Array {
  const tensors = new Map<string, NamedTensor>();
  for (const [prefix, heads] of [['', served] as const, ['untrained.', untrained] as const]) {
    for (const part of PARTS) {
      const [inputs, outputs] = [layout[part], OUTPUTS[part]];
      tensors.set(`${prefix}${part}.weight`, { shape: [inputs, outputs], values: heads[part].weight });
      tensors.set(`${prefix}${part}.bias`, { shape: [outputs], values: heads[part].bias });
    }
  }
  requireSound(tensors, layout);
  return writeSafetensors(tensors);
}

/**
 * Checks that a heads file holds what {@link writeHeads} writes.
 *
 * @throws WeftError `heads-unsuitable` when a tensor is missing, of another shape, or not finite; SafetensorsDamaged
 */
export function requireSoundHeads(bytes: Uint8Array, layout: FeatureLayout): void {
  requireSound(readSafetensors(bytes), layout);
}

function requireSound(tensors: ReadonlyMap<string, NamedTensor>, layout: FeatureLayout): void {
  for (const prefix of ['', 'untrained.']) {
    for (const part of PARTS) {
      const [inputs, outputs] = [layout[part], OUTPUTS[part]];
      requireTensor(tensors, `${prefix}${part}.weight`, [inputs, outputs]);
      requireTensor(tensors, `${prefix}${part}.bias`, [outputs]);
    }
  }
}

function requireTensor(tensors: ReadonlyMap<string, NamedTensor>, name: string, shape: number[]): void {
  const tensor = tensors.get(name);
  const count = shape.reduce((product, size) => product * size, 1);
  if (tensor?.shape.join() !== shape.join() || tensor.values.length !== count) {
    throw new WeftError('heads-unsuitable', `The heads lack the tensor ${name} of ${shape.join(' x ')}.`, {
      value: tensor?.shape ?? null,
    });
  }
  if (!tensor.values.every(Number.isFinite)) {
    throw new WeftError('heads-unsuitable', `The tensor ${name} of the heads holds numbers that are not finite.`);
  }
}
