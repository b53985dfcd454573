import { type ModelManifest, writeBundle } from '#embedder';
import { COLOUR_SIZE, DEFAULT_LAYOUT, sha256, SHAPE_SIZE } from '#foundation';

/** Writes a bundle that is whole: heads of zeros, and graphs that nobody opens. */
export function writePlainBundle(directory: string, version: string): Promise<ModelManifest> {
  const part = (inputs: number, outputs: number) => ({
    weight: new Float32Array(inputs * outputs),
    bias: new Float32Array(outputs),
  });
  const heads = {
    shape: part(DEFAULT_LAYOUT.shape, SHAPE_SIZE),
    colour: part(DEFAULT_LAYOUT.colour, COLOUR_SIZE),
  };
  const graph = Buffer.from('no graph');
  return writeBundle(directory, {
    manifest: {
      version,
      settings: { recipe: 'quick', seed: 1 },
      createdAt: '2026-11-24T09:30:00.000Z',
      extractorId: '0123456789abcdef',
      layout: DEFAULT_LAYOUT,
      preprocessing: 'contain-white-224-v1',
      dial: 0.5,
      headsChosen: 'untrained',
      reason: 'Nothing was trained.',
      snapshotHash: sha256('snapshot'),
      metrics: {},
    },
    heads,
    untrained: heads,
    graphs: { heads: graph, untrained: graph, encoder: graph },
  });
}
