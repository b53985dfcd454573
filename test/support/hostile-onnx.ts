import { field, message } from './wire-writer.js';

type Shape = (number | string)[];

/** A tensor type: float unless said otherwise. */
const typeOf = (shape: Shape, element = 1) =>
  message(
    field(
      1,
      message(
        field(1, element),
        field(2, message(...shape.map((size) => field(1, typeof size === 'number' ? field(1, size) : field(2, size))))),
      ),
    ),
  );

export const value = (name: string, shape: Shape, element = 1) =>
  message(field(1, name), field(2, typeOf(shape, element)));

export const node = (opType: string, input: string[], output: string[], ...more: Uint8Array[]) =>
  message(...input.map((name) => field(1, name)), ...output.map((name) => field(2, name)), field(4, opType), ...more);

/** An int64 tensor. */
export const integers = (name: string, ...values: number[]) =>
  message(
    field(1, values.length),
    field(2, 7),
    field(8, name),
    field(9, new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)),
  );

export interface HandMade {
  nodes?: Uint8Array[];
  tensors?: Uint8Array[];
  inputs?: Uint8Array[];
  outputs?: Uint8Array[];
  inner?: Uint8Array[];
  /** More fields of the graph, or of the model. */
  graph?: Uint8Array[];
  model?: Uint8Array[];
  opset?: number;
  irVersion?: number;
}

/** A model by hand; where nothing is said it pools the picture's channels and tiles them to 24 features: a sound one. */
export function handMade(parts: HandMade = {}): Uint8Array {
  const {
    nodes = [
      node('GlobalAveragePool', ['picture'], ['means']),
      node('Flatten', ['means'], ['flat']),
      node('Tile', ['flat', 'times'], ['out']),
    ],
    tensors = [integers('times', 1, 8)],
    inputs = [value('picture', ['n', 3, 64, 64])],
    outputs = [value('out', ['n', 24])],
  } = parts;
  const graph = message(
    ...nodes.map((bytes) => field(1, bytes)),
    field(2, 'hand-made'),
    ...tensors.map((bytes) => field(5, bytes)),
    ...inputs.map((bytes) => field(11, bytes)),
    ...outputs.map((bytes) => field(12, bytes)),
    ...(parts.inner ?? []).map((bytes) => field(13, bytes)),
    ...(parts.graph ?? []),
  );
  const opset = field(8, message(field(1, ''), field(2, parts.opset ?? 17)));
  return message(field(1, parts.irVersion ?? 8), opset, field(7, graph), ...(parts.model ?? []));
}
