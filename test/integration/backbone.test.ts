import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { Random } from '#foundation';
import { buildEncoderGraph, buildHeadsGraph } from '#networks';
import { backboneWeightsPath, ensureParts, featureGraphPath } from '#provision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBackbone } from '../../apps/trainer/backbone.js';
import { runGraph } from '../support/run-graph.js';

describe('the backbone', () => {
  const config = loadConfig();
  const weights = backboneWeightsPath(config);
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-backbone-'));
    await ensureParts(config, ['backbone'], () => undefined);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is written with the same bytes every time, so that features keep their extractor', async () => {
    const [one, two] = [join(directory, 'one.onnx'), join(directory, 'two.onnx')];
    await writeBackbone(weights, one);
    await writeBackbone(weights, two);
    expect(Buffer.compare(await readFile(one), await readFile(two))).toBe(0);
    expect(Buffer.compare(await readFile(one), await readFile(featureGraphPath(config)))).toBe(0);
  });

  it('is not written from damaged weights, and leaves nothing behind', async () => {
    const damaged = join(directory, 'damaged.pth');
    await writeFile(damaged, (await readFile(weights)).subarray(0, 100_000));
    const before = await readdir(directory);
    await expect(writeBackbone(damaged, join(directory, 'never.onnx'))).rejects.toMatchObject({
      code: 'weights-unreadable',
    });
    expect(await readdir(directory)).toEqual(before);
  });

  it('gives the same embedding in the encoder as in two steps', async () => {
    const random = new Random(17);
    const values = (length: number) => Float32Array.from({ length }, () => random.between(-1, 1));
    const head = (inputs: number, outputs: number) => ({
      weight: values(inputs * outputs),
      bias: values(outputs),
      inputs,
      outputs,
    });
    const heads = { shape: head(2048, 64), colour: head(776, 64) };
    const pixels = Uint8Array.from({ length: 2 * 224 * 224 * 3 }, (_, at) => (at >> 9) + random.int(60));
    const features = await runGraph(await readFile(featureGraphPath(config)), pixels, [2, 224, 224, 3]);
    const inTwoSteps = await runGraph(buildHeadsGraph(heads), features.values, [2, 2824]);
    const encoder = buildEncoderGraph(await readFile(featureGraphPath(config)), heads);
    const inOne = await runGraph(encoder, pixels, [2, 224, 224, 3]);
    expect(inOne.shape).toEqual([2, 128]);
    expect(Math.hypot(...inOne.values.subarray(0, 64))).toBeCloseTo(1, 5);
    const differences = inOne.values.map((value, at) => Math.abs(value - (inTwoSteps.values[at] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });
});
