import { type BackboneSettings, Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { handMade, type HandMade, integers, node, value } from '../../test/support/hostile-onnx.js';
import { runGraph } from '../../test/support/run-graph.js';
import { MUTATIONS, MUTATION_NAMES } from '../../test/support/mutations.js';
import { SMALL_SETTINGS, smallBackbone } from '../../test/support/small-backbone.js';
import { field, message } from '../../test/support/wire-writer.js';
import { BackboneRefused, buildBroughtFeatureGraph } from './index.js';

const build = (parts: HandMade, settings: Partial<BackboneSettings> = {}) =>
  buildBroughtFeatureGraph(handMade(parts), { ...SMALL_SETTINGS, ...settings });

/** A tensor `w` with one field more, or other dimensions. */
const tensor = (shape: number[], raw: Uint8Array | null, ...more: Uint8Array[]) =>
  message(
    ...shape.map((size) => field(1, size)),
    field(2, 1),
    field(8, 'w'),
    ...(raw === null ? [] : [field(9, raw)]),
    ...more,
  );
const OUTSIDE = field(13, message(field(1, 'location'), field(2, '/etc/passwd')));
const subgraph = field(5, message(field(1, 'body'), field(6, message(field(2, 'inner'))), field(20, 5)));
const endless = [node('Identity', ['later'], ['first']), node('Identity', ['first'], ['later'])];
const waiting = [...endless, node('Identity', ['later'], ['out'])];

const REFUSED: [string, HandMade, RegExp, Partial<BackboneSettings>?][] = [
  ['a loop', { nodes: [node('Loop', ['picture'], ['out'], subgraph)] }, /If, Loop or Scan/],
  ['an If without a body', { nodes: [node('If', ['picture'], ['out'])] }, /the operator If, which/],
  ['a list of subgraphs', { nodes: [node('Scan', [], ['out'], field(5, message(field(11, message()))))] }, /If, Loop/],
  ['values that wait for each other', { nodes: waiting }, /takes the value later before anything gives it/],
  ['an operator of chance', { nodes: [node('RandomNormalLike', ['picture'], ['out'])] }, /RandomNormalLike/],
  ['a custom operator', { nodes: [node('Run', ['picture'], ['out'], field(7, 'evil.corp'))] }, /evil\.corp\.Run/],
  ['functions', { model: [field(25, message(field(1, 'f')))] }, /functions of its own/],
  ['a training', { model: [field(20, message())] }, /a training/],
  ['sparse tensors', { graph: [field(15, message())] }, /sparse tensors/],
  [
    'weights outside the file',
    { tensors: [tensor([1], null, OUTSIDE, field(14, 1))] },
    /outside the file, in \/etc\/passwd/,
  ],
  ['weights said to be outside', { tensors: [tensor([1], null, field(14, 1))] }, /outside the file/],
  ['a tensor that is not there', { tensors: [tensor([2 ** 20, 2 ** 20], null)] }, /1099511627776 numbers .* holds 0/],
  ['a tensor beyond counting', { tensors: [tensor([2 ** 50, 2 ** 50, 2 ** 50], null)] }, /declares/],
  ['a negative size', { tensors: [tensor([-1], null)] }, /declares the shape -1/],
  ['a tensor of nine dimensions', { tensors: [tensor(Array(9).fill(1) as number[], new Uint8Array(4))] }, /1 x 1/],
  ['a tensor that is longer than it says', { tensors: [tensor([1], new Uint8Array(8))] }, /declares 1 numbers/],
  ['half a number', { tensors: [tensor([1], new Uint8Array(5))] }, /holds 1.25/],
  ['numbers held twice', { tensors: [tensor([1], new Uint8Array(4), field(4, new Uint8Array(4)))] }, /two ways/],
  ['texts', { tensors: [tensor([1], null, field(6, 'text'))] }, /tensor of texts/],
  ['a doubled field', { tensors: [tensor([1], new Uint8Array(4), field(2, 7))] }, /field 2 of a tensor twice/],
  ['two graphs', { model: [field(7, message())] }, /field 7 of the model twice/],
  ['a field nobody knows', { model: [field(99, 1)] }, /field 99/],
  ['another operator set', { opset: 12 }, /operator set version 12; Weft runs 13 to 21/],
  ['a later operator set', { opset: 26 }, /operator set version 26/],
  ['another file format', { irVersion: 99 }, /file format version 99/],
  [
    'a name that is none',
    { graph: [field(10, 'x')], outputs: [message(field(1, Uint8Array.of(0xff, 0xfe)))] },
    /UTF-8/,
  ],
  ['an endless name', { outputs: [value('x'.repeat(3_000), ['n', 24])] }, /name of 3000 bytes/],
  ['many operations', { nodes: Array.from({ length: 20_001 }, () => node('Relu', [], [])) }, /20001 operations/],
  ['two inputs', { inputs: [value('picture', ['n', 3, 64, 64]), value('more', [1])] }, /2 inputs \(picture, more\)/],
  ['no input', { inputs: [], nodes: [node('Identity', ['times'], ['out'])] }, /0 inputs/],
  ['another size', {}, /wants pictures of n x 3 x 64 x 64; nchw of size 224/, { inputSize: 224 }],
  ['another layout', {}, /nhwc of size 64 is n x 64 x 64 x 3/, { layout: 'nhwc' }],
  ['seven pictures at once', { inputs: [value('picture', [7, 3, 64, 64])] }, /wants 7 pictures at once/],
  ['bytes as input', { inputs: [value('picture', ['n', 3, 64, 64], 2)] }, /element type 2/],
  ['doubles as output', { outputs: [value('out', ['n', 24], 11)] }, /element type 11/],
  ['two outputs', { outputs: [value('out', ['n', 24]), value('flat', ['n', 3])] }, /2 outputs \(out, flat\)/],
  ['an unknown output', {}, /no output logits of a declared shape; its outputs are out/, { output: 'logits' }],
  ['tokens as output', { outputs: [value('out', ['n', 50, 24])] }, /The output out is n x 50 x 24/],
  ['a value given twice', { nodes: [node('Relu', ['picture'], ['out']), node('Relu', ['picture'], ['out'])] }, /twice/],
  [
    "Weft's names",
    { nodes: [node('Relu', ['picture'], ['weft/pixels']), node('Relu', ['weft/pixels'], ['out'])] },
    /a name that Weft uses itself/,
  ],
];

describe('a brought backbone', () => {
  it('is taken when it is sound, though made by hand', async () => {
    const { shape } = await runGraph(build({}), new Uint8Array(64 * 64 * 3), [1, 64, 64, 3]);
    expect(shape[0]).toBe(1);
  });

  it.each(REFUSED)('is refused with %s', (_, parts, sentence, settings) => {
    expect(() => build(parts, settings)).toThrow(BackboneRefused);
    expect(() => build(parts, settings)).toThrow(sentence);
  });

  it.each([
    [
      'Tile',
      [
        node('Cast', ['picture'], ['many'], field(5, message(field(1, 'to'), field(3, 7), field(20, 2)))),
        node('Tile', ['picture', 'many'], ['out']),
      ],
    ],
    ['Range', [node('ReduceMax', ['picture'], ['most']), node('Range', ['times', 'most', 'times'], ['out'])]],
    ['ConstantOfShape', [node('ArgMax', ['picture'], ['at']), node('ConstantOfShape', ['at'], ['out'])]],
  ])('is refused where a picture decides how large a result is: %s', (opType, nodes) => {
    expect(() => build({ nodes })).toThrow(`The operator ${opType} makes something whose size depends on the pixels.`);
  });

  it('may ask how large its picture is', () => {
    const nodes = [
      node('Shape', ['picture'], ['sizes']),
      node('Reshape', ['picture', 'sizes'], ['same']),
      node('GlobalAveragePool', ['same'], ['means']),
      node('Flatten', ['means'], ['flat']),
      node('Tile', ['flat', 'times'], ['out']),
    ];
    expect(() => build({ nodes })).not.toThrow();
  });

  it('may give its features from within, where the file declares their shape', async () => {
    const graph = build({ inner: [value('flat', ['n', 3])] }, { output: 'flat' });
    const { shape } = await runGraph(graph, new Uint8Array(64 * 64 * 3).fill(9), [1, 64, 64, 3]);
    const whole = await runGraph(build({}), new Uint8Array(64 * 64 * 3).fill(9), [1, 64, 64, 3]);
    expect((whole.shape[1] as number) - (shape[1] as number)).toBe(21);
  });

  it('leaves out what its features do not need, whatever that would ask for', async () => {
    const nodes = [
      node('GlobalAveragePool', ['picture'], ['means']),
      node('Flatten', ['means'], ['flat']),
      node('Tile', ['flat', 'times'], ['out']),
      node('Classify', ['flat', 'giant'], ['label'], field(7, 'evil.corp')),
    ];
    const both = { nodes, tensors: [integers('times', 1, 8), integers('giant', ...Array<number>(999).fill(7))] };
    const outputs = [value('out', ['n', 24]), value('label', ['n', 2])];
    expect(build({ ...both, outputs }, { output: 'out' })).toEqual(build({}));
    expect(() => build({ ...both, outputs }, { output: 'label' })).toThrow(/evil\.corp\.Classify/);
  });

  it('is refused where nothing computes its output', () => {
    expect(() => build({ outputs: [value('none', ['n', 24])] })).toThrow(
      /Nothing in the file computes its output none/,
    );
  });

  it('lists its constants as inputs, as old files do', () => {
    expect(() =>
      build({ irVersion: 3, inputs: [value('picture', ['n', 3, 64, 64]), value('times', [2], 7)] }),
    ).not.toThrow();
  });

  it('is refused cut short anywhere', () => {
    const bytes = handMade();
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => buildBroughtFeatureGraph(bytes.subarray(0, length), SMALL_SETTINGS), `${length} bytes`).toThrow(
        BackboneRefused,
      );
    }
  });

  it('is refused with packed sizes that have no end', () => {
    const bad = message(field(1, new Uint8Array(40).fill(0xff)), field(2, 1), field(8, 'w'));
    expect(() => build({ tensors: [integers('times', 1, 8), bad] })).toThrow(/cut short/);
  });

  it.each(MUTATION_NAMES)('is read or refused, whatever damage it has: %s', (mutation) => {
    const random = new Random(MUTATION_NAMES.indexOf(mutation) + 1);
    const files = [handMade(), smallBackbone({ size: 32 })];
    for (let round = 0; round < 300; round += 1) {
      const damaged = MUTATIONS[mutation](Buffer.from(files[round % 2] as Uint8Array), random);
      const settings = { ...SMALL_SETTINGS, inputSize: round % 2 === 0 ? 64 : 32 };
      try {
        buildBroughtFeatureGraph(damaged, settings);
      } catch (error) {
        expect(error, `round ${round}`).toBeInstanceOf(BackboneRefused);
      }
    }
  });
});
