import type { Snapshot } from '#datasets';
import { testPictures } from '#embedder';
import { featureWidth, WeftError } from '#foundation';
import type { TwoPartHeads } from '#networks';
import { embedFeatures } from '#training';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Largest difference between what was trained and what the graphs compute, in any dimension of a unit vector. */
const TOLERANCE = 1e-4;
/** Photos of the snapshot that the heads are checked on. */
const PHOTOS = 256;
const PICTURES = 2;

/**
 * Runs the graphs of a bundle and compares them with the heads in typed arrays: `heads` and `untrained` on features of
 * the snapshot's own photos; `encoder` on noise pictures, against the feature graph that the snapshot came from.
 *
 * @param pictures what {@link featuresOfPictures} gives
 * @throws WeftError `graphs-differ` when a number differs by 1e-4 or more
 */
export async function requireParity(
  graphs: { heads: Uint8Array; untrained: Uint8Array; encoder: Uint8Array },
  pictures: PictureFeatures,
  model: { heads: TwoPartHeads; untrained: TwoPartHeads },
  { features, layout }: Pick<Snapshot, 'features' | 'layout'>,
): Promise<void> {
  const width = featureWidth(layout);
  const photos = features.slice(0, PHOTOS * width);
  const ofPhotos = new Tensor('float32', photos, [photos.length / width, width]);
  requireClose('heads', await run(graphs.heads, ofPhotos), embedFeatures(model.heads, photos));
  requireClose('untrained', await run(graphs.untrained, ofPhotos), embedFeatures(model.untrained, photos));

  for (const { picture, given } of pictures) {
    requireClose('encoder', await run(graphs.encoder, picture), embedFeatures(model.heads, given));
  }
}

/** Test pictures, and the features that the snapshot's graph gives for them. */
type PictureFeatures = { picture: Tensor; given: Float32Array }[];

/** Runs the graph that a snapshot's features came from on the pictures that {@link requireParity} asks the encoder about. */
export async function featuresOfPictures(graph: Uint8Array, side: number): Promise<PictureFeatures> {
  const features: PictureFeatures = [];
  // One at a time: a brought backbone may take no more.
  for (const pixels of testPictures(PICTURES, side)) {
    const picture = new Tensor('uint8', pixels, [1, side, side, 3]);
    features.push({ picture, given: await run(graph, picture) });
  }
  return features;
}

async function run(graph: Uint8Array, tensor: Tensor): Promise<Float32Array> {
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    const outputs = await session.run({ [session.inputNames[0] ?? '']: tensor });
    const output = outputs[session.outputNames[0] ?? ''];
    if (!(output?.data instanceof Float32Array)) throw new TypeError('The graph gives no float output first.');
    return output.data;
  } finally {
    await session.release();
  }
}

function requireClose(graph: string, actual: Float32Array, expected: Float32Array): void {
  const isClose = (value: number, at: number) => Math.abs(value - (expected[at] as number)) < TOLERANCE;
  const at = actual.findIndex((value, position) => !isClose(value, position));
  if (actual.length === expected.length && at < 0) return;
  throw new WeftError('graphs-differ', `The graph "${graph}" does not compute what was trained.`, {
    value: { at, actual: actual[at], expected: expected[at], lengths: [actual.length, expected.length] },
    remedy: 'Run npm ci and train again; if it happens again, report it with the versions that weft doctor shows.',
  });
}
