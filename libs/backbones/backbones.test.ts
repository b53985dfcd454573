import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Artifacts } from '#artifacts';
import { DEFAULT_LAYOUT, Random, systemClock } from '#foundation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handMade, integers, node, value } from '../../test/support/hostile-onnx.js';
import { MemoryStore } from '../../test/support/memory-store.js';
import { MUTATIONS } from '../../test/support/mutations.js';
import { SMALL_SETTINGS, smallBackbone } from '../../test/support/small-backbone.js';
import { addBackbone, BACKBONE_LIMITS, Backbones, tryGraph } from './index.js';

/** Limits that a test can wait for. */
const LIMITS = { ...BACKBONE_LIMITS, fileBytes: 4_000_000, memoryBytes: 1024 ** 3, timeoutMs: 60_000 };
const PICTURE = value('picture', ['n', 3, 64, 64]);

describe('brought backbones', () => {
  let home: string;
  let backbones: Backbones;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'weft-backbones-'));
    backbones = new Backbones(new Artifacts(home, null));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  function add(bytes: Uint8Array, { name = 'mine', settings = SMALL_SETTINGS, limits = LIMITS } = {}) {
    const file = join(home, 'brought.onnx');
    writeFileSync(file, bytes);
    const said: string[] = [];
    return addBackbone(
      backbones,
      { name, file, settings },
      { limits, clock: systemClock, report: (line) => said.push(line) },
    );
  }
  const refusal = (message: RegExp) => ({
    code: 'backbone-refused',
    message: expect.stringMatching(message) as string,
  });

  it('are kept under their name, with what their trial found', async () => {
    const added = await add(smallBackbone());
    expect(added).toMatchObject({
      name: 'mine',
      layout: { shape: 32, colour: DEFAULT_LAYOUT.colour },
      trial: { width: 32 + DEFAULT_LAYOUT.colour, photosAtOnce: 8 },
    });
    expect(added.trial.millisecondsAPhoto).toBeGreaterThan(0);
    expect(await backbones.list()).toEqual([added]);
    expect(await backbones.named('mine')).toEqual(added);
    expect(await backbones.ofExtractor(added.extractorId)).toEqual(added);
    await backbones.verify(added);
    expect(readdirSync(backbones.directory)).toEqual([added.extractorId]);

    await expect(add(smallBackbone())).resolves.toEqual(added);
    await expect(add(smallBackbone(), { name: 'other' })).rejects.toMatchObject({ code: 'backbone-exists' });
    await expect(add(smallBackbone({ seed: 2 }))).rejects.toMatchObject({ code: 'backbone-exists' });
    await expect(backbones.named('other')).rejects.toMatchObject({ code: 'backbone-unknown' });

    const graph = readFileSync(added.graphPath);
    graph[graph.length - 40] = (graph[graph.length - 40] as number) ^ 1;
    writeFileSync(added.graphPath, graph);
    await expect(backbones.verify(added)).rejects.toMatchObject({ code: 'backbone-damaged' });
    await backbones.remove(added);
    expect(await backbones.list()).toEqual([]);
  });

  it('of which a store has but a part do not count', async () => {
    const store = new MemoryStore({ 'backbones/0123456789abcdef/features.onnx': 'put before its description' });
    backbones = new Backbones(new Artifacts(home, store));
    expect(await backbones.list()).toEqual([]);
    const added = await add(smallBackbone());
    expect(await backbones.ids()).toEqual([added.extractorId]);
  });

  it('that take one picture at once, whatever they declare, are run so', async () => {
    const nodes = [
      node('Reshape', ['picture', 'one'], ['single']),
      node('GlobalAveragePool', ['single'], ['means']),
      node('Flatten', ['means'], ['flat']),
      node('Tile', ['flat', 'times'], ['out']),
    ];
    const tensors = [integers('times', 1, 8), integers('one', 1, 3, 64, 64)];
    expect((await add(handMade({ nodes, tensors }))).trial.photosAtOnce).toBe(1);
    expect((await add(smallBackbone({ batch: 1 }), { name: 'declared' })).trial.photosAtOnce).toBe(8);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['larger than allowed', new Uint8Array(4_000_001), /4000001 bytes; 4000000 are allowed/],
    ['empty', new Uint8Array(0), /holds no graph/],
    [
      'a giant of constants',
      handMade({
        nodes: [
          node('ConstantOfShape', ['large'], ['much']),
          node('ReduceMax', ['much'], ['top']),
          node('Add', ['picture', 'top'], ['sum']),
          node('GlobalAveragePool', ['sum'], ['means']),
          node('Flatten', ['means'], ['flat']),
          node('Tile', ['flat', 'times'], ['out']),
        ],
        tensors: [integers('times', 1, 8), integers('large', 100_000, 100_000)],
        inputs: [PICTURE],
      }),
      /Failed to allocate memory|ended its process/,
    ],
    [
      'of a type that does not fit',
      handMade({ nodes: [node('Add', ['picture', 'times'], ['out'])] }),
      /ONNX Runtime does not run/,
    ],
    ['too narrow', handMade({ outputs: [value('flat', ['n', 3])] }), /gives 3 features; 16 to 4096/],
    [
      'the same for every picture',
      handMade({
        nodes: [
          node('GlobalAveragePool', ['picture'], ['means']),
          node('Flatten', ['means'], ['flat']),
          node('Tile', ['flat', 'times'], ['wide']),
          node('Shape', ['wide'], ['sizes']),
          node('ConstantOfShape', ['sizes'], ['out']),
        ],
      }),
      /nothing but zeros/,
    ],
    [
      'not finite',
      handMade({
        nodes: [
          node('GlobalAveragePool', ['picture'], ['means']),
          node('Flatten', ['means'], ['flat']),
          node('Tile', ['flat', 'times'], ['wide']),
          node('Sub', ['wide', 'wide'], ['zero']),
          node('Log', ['zero'], ['out']),
        ],
      }),
      /gives (NaN|-?Infinity) for a picture/,
    ],
  ])('are refused when they are %s, and nothing is left of them', async (_, bytes, sentence) => {
    await expect(add(bytes)).rejects.toMatchObject(refusal(sentence));
    expect(readdirSync(backbones.directory)).toEqual([]);
  });

  it('are refused when they take too long', async () => {
    const limits = { ...LIMITS, timeoutMs: 20 };
    await expect(add(smallBackbone(), { limits })).rejects.toMatchObject(refusal(/took longer than 0.02 s/));
  });

  it('are refused when they take too much memory', async () => {
    const wide = smallBackbone({ size: 1024, pooled: false });
    const limits = { ...LIMITS, memoryBytes: 100 * 1024 ** 2 };
    const settings = { ...SMALL_SETTINGS, inputSize: 1024 };
    await expect(add(wide, { limits, settings })).rejects.toMatchObject(refusal(/allocat|ended its process/));
  });

  it('that were damaged are told by their trial, or refused; this process lives on', async () => {
    const added = await add(smallBackbone());
    const random = new Random(3);
    const whole = readFileSync(added.graphPath);
    for (const mutation of ['bit flips', 'byte run', 'truncation', 'splice', 'removed bytes', 'field edit'] as const) {
      const path = join(home, 'damaged.onnx');
      writeFileSync(path, MUTATIONS[mutation](Buffer.from(whole), random));
      const outcome = await tryGraph(path, 64, LIMITS).catch((error: unknown) => error);
      expect(outcome instanceof Error ? outcome : { code: 'backbone-refused' }).toMatchObject({
        code: 'backbone-refused',
      });
    }
  });
});
