import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#config';
import { extractorIdOf, FeatureExtractor } from '#embedder';
import { Random } from '#foundation';
import { buildHeadsGraph } from '#networks';
import { ensureParts, featureGraphPath } from '#provision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { naiveNearestHalf } from '../support/naive/half-float.js';
import { runGraph } from '../support/run-graph.js';

const random = new Random(21);
const photos = Array.from({ length: 11 }, () => {
  const colour = random.int(200);
  return Uint8Array.from({ length: 224 * 224 * 3 }, () => colour + random.int(50));
});

describe('FeatureExtractor', () => {
  let directory: string;
  let graphPath: string;
  let extractor: FeatureExtractor;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-extractor-'));
    const config = loadConfig();
    await ensureParts(config, ['backbone'], () => undefined);
    graphPath = featureGraphPath(config);
    extractor = await FeatureExtractor.start({ graphPath, threads: 2 });
  });
  afterAll(async () => {
    await extractor.close();
    await rm(directory, { recursive: true });
  });

  it('gives each photo, in order, what the graph gives, rounded to 16 bits', async () => {
    const features = await extractor.extract(photos);
    const { values } = await runGraph(await readFile(graphPath), Buffer.concat(photos), [photos.length, 224, 224, 3]);
    features.forEach((ofPhoto, at) => {
      expect([...ofPhoto].every((value) => value === naiveNearestHalf(value))).toBe(true);
      const raw = values.subarray(at * 2824, (at + 1) * 2824);
      expect(Math.max(...raw.map((value, i) => Math.abs(value - (ofPhoto[i] as number))))).toBeLessThan(0.005);
    });
  });

  it('gives a photo the same features alone and among others, and leaves its pixels to the caller', async () => {
    const [alone] = await extractor.extract([photos[9] as Uint8Array]);
    const together = await extractor.extract(photos);
    expect(alone).toEqual(together[9]);
    expect(photos[9]).toHaveLength(224 * 224 * 3);
  });

  it('refuses pixels of another size without harm to a call beside it', async () => {
    const [refused, answered] = await Promise.allSettled([
      extractor.extract([new Uint8Array(100)]),
      extractor.extract(photos.slice(0, 2)),
    ]);
    expect(refused).toMatchObject({ reason: { code: 'pixels-unsuitable' } });
    expect(answered).toMatchObject({ status: 'fulfilled' });
  });

  it('gives nothing for nothing', async () => {
    expect(await extractor.extract([])).toEqual([]);
  });

  it('is named by its graph', async () => {
    const copy = join(directory, 'copy.onnx');
    await copyFile(graphPath, copy);
    const same = await FeatureExtractor.start({ graphPath: copy, threads: 1 });
    await same.close();
    expect(same.extractorId).toBe(extractor.extractorId);
    expect(extractor.extractorId).toMatch(/^[0-9a-f]{16}$/);
    expect(extractorIdOf(Buffer.from('another graph'))).not.toBe(extractor.extractorId);
  });

  it('does not start without its graph, or with a damaged one', async () => {
    await expect(FeatureExtractor.start({ graphPath: join(directory, 'none'), threads: 1 })).rejects.toMatchObject({
      code: 'feature-graph-unreadable',
    });
    const damaged = join(directory, 'damaged.onnx');
    await writeFile(damaged, (await readFile(graphPath)).subarray(0, 5000));
    await expect(FeatureExtractor.start({ graphPath: damaged, threads: 2 })).rejects.toMatchObject({
      code: 'thread-not-started',
    });
  });

  it('says so when the graph is one of something else, and takes nothing after it is closed', async () => {
    const other = join(directory, 'heads.onnx');
    const head = (inputs: number) => ({
      weight: new Float32Array(inputs),
      bias: Float32Array.of(1),
      inputs,
      outputs: 1,
    });
    await writeFile(other, buildHeadsGraph({ shape: head(3), colour: head(2) }));
    const wrong = await FeatureExtractor.start({ graphPath: other, threads: 1 });
    await expect(wrong.extract(photos.slice(0, 1))).rejects.toMatchObject({ code: 'features-failed' });
    await wrong.close();
    await expect(wrong.extract(photos.slice(0, 1))).rejects.toMatchObject({ code: 'threads-closed' });
  });
});
