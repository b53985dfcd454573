import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EMBEDDING_SIZE, featureWidth, messageOf, sha256, SHAPE_SIZE, WeftError } from '#foundation';
import type { InferenceSession } from 'onnxruntime-node';
import { requireSoundHeads } from './head-tensors.js';
import { MANIFEST_FILE, modelManifestSchema, type ModelManifest } from './manifest.js';
import { openSession, runSession } from './onnx-session.js';

/** A model directory that is incomplete, altered since it was written, or of another format. */
class BundleDamaged extends WeftError {
  constructor(directory: string, what: string, cause?: unknown) {
    super('bundle-damaged', `The model in ${directory} is damaged: ${what}.`, {
      value: directory,
      remedy: 'Delete the directory and train again (weft train), or restore it from a backup.',
      cause,
    });
  }
}

const FILES = ['heads.safetensors', 'heads.onnx', 'untrained.onnx', 'encoder.onnx', 'metrics.json'] as const;

/** The heads that a model serves, and those before training. */
type HeadsGraph = 'heads' | 'untrained';

/** Rows embedded between two looks at the event loop: about 2 ms of work. */
const ROWS_AT_ONCE = 256;

/**
 * A trained model on disk, opened for use.
 *
 * Its heads run in this process on a one-thread session: 256 rows take about 2 ms, while handing 100,000 rows to a
 * thread would copy or give away 560 MB of features. Between batches the event loop gets its turn.
 */
export class ModelBundle {
  private readonly sessions = new Map<string, Promise<InferenceSession>>();

  private constructor(
    private readonly directory: string,
    readonly manifest: ModelManifest,
    private readonly graphs: { heads: Uint8Array; untrained: Uint8Array },
  ) {}

  /**
   * Reads a bundle and verifies it.
   *
   * @throws BundleDamaged when a file is missing or its hash is not the manifest's, when the manifest is unreadable, or
   *   when the heads have other shapes or numbers that are not finite
   */
  static async open(directory: string): Promise<ModelBundle> {
    const manifest = await readManifest(directory);
    const files = new Map<string, Uint8Array>();
    for (const name of FILES) {
      const bytes = await readFile(join(directory, name)).catch((cause: unknown) => {
        throw new BundleDamaged(directory, `${name} cannot be read`, cause);
      });
      if (sha256(bytes) !== manifest.files[name]) throw new BundleDamaged(directory, `${name} was altered`);
      files.set(name, bytes);
    }
    const bytesOf = (name: (typeof FILES)[number]): Uint8Array => files.get(name) as Uint8Array;
    try {
      requireSoundHeads(bytesOf('heads.safetensors'), manifest.layout);
    } catch (error) {
      throw new BundleDamaged(directory, messageOf(error), error);
    }
    return new ModelBundle(directory, manifest, {
      heads: bytesOf('heads.onnx'),
      untrained: bytesOf('untrained.onnx'),
    });
  }

  /**
   * Embeddings of photos under the heads that the model serves.
   *
   * @param features `[n, width of the layout]`, of the extractor that the manifest names
   * @returns `[n, 128]`: shape 64 and colour 64, each of unit length
   * @throws WeftError `features-unsuitable` when the values are no multiple of the width
   */
  embed(features: Float32Array): Promise<Float32Array> {
    return this.run('heads', features);
  }

  /** As {@link embed}, under the heads before training: what training is compared with. */
  embedUntrained(features: Float32Array): Promise<Float32Array> {
    return this.run('untrained', features);
  }

  /**
   * Embeddings of another shop's photos about that shop's own centre: light, paper and poses that all of its photos share
   * are no likeness. What the heads make of `centre` on average becomes the origin.
   *
   * @param features `[n, width of the layout]`
   * @param centre `[m, width of the layout]`, the photos of that shop
   * @param heads those that the model serves, or those before training
   * @returns as {@link embed}
   * @throws WeftError `features-unsuitable`; `model-outdated` when the model was trained before this could be asked
   */
  async embedAbout(features: Float32Array, centre: Float32Array, heads: HeadsGraph): Promise<Float32Array> {
    const around = await this.run(heads, centre, 'unscaled');
    const asked = features === centre ? around : await this.run(heads, features, 'unscaled');
    return unitParts(asked, meanRow(around));
  }

  /** Lets go of the sessions. */
  async close(): Promise<void> {
    const sessions = await Promise.allSettled(this.sessions.values());
    this.sessions.clear();
    for (const session of sessions) if (session.status === 'fulfilled') await session.value.release();
  }

  private async run(
    graph: HeadsGraph,
    features: Float32Array,
    output: 'embedding' | 'unscaled' = 'embedding',
  ): Promise<Float32Array> {
    const width = featureWidth(this.manifest.layout);
    const rows = features.length / width;
    if (!Number.isInteger(rows)) {
      throw new WeftError('features-unsuitable', `${features.length} values are no rows of ${width} features.`, {
        value: features.length,
      });
    }
    const session = await this.session(graph);
    if (!session.outputNames.includes(output)) {
      const { version } = this.manifest;
      throw new WeftError('model-outdated', `The model ${version} was trained before models could be centred anew.`, {
        value: version,
        remedy: 'Train a model of today: weft train',
      });
    }
    const embeddings = new Float32Array(rows * EMBEDDING_SIZE);
    for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, rows - row);
      const values = features.subarray(row * width, (row + count) * width);
      const shape = [count, width];
      const batch = await runSession(session, { values, shape }, output);
      if (batch.length !== count * EMBEDDING_SIZE) {
        throw new BundleDamaged(this.directory, `its graph does not give ${EMBEDDING_SIZE} values a photo`);
      }
      embeddings.set(batch, row * EMBEDDING_SIZE);
      await setImmediate();
    }
    return embeddings;
  }

  private session(graph: HeadsGraph): Promise<InferenceSession> {
    const session =
      this.sessions.get(graph) ??
      openSession(this.graphs[graph]).catch((cause: unknown) => {
        throw new BundleDamaged(this.directory, `${graph}.onnx is no graph`, cause);
      });
    this.sessions.set(graph, session);
    return session;
  }
}

/** The mean of rows of {@link EMBEDDING_SIZE}; zeros without rows. */
function meanRow(rows: Float32Array): Float64Array {
  const mean = new Float64Array(EMBEDDING_SIZE);
  const count = rows.length / EMBEDDING_SIZE;
  rows.forEach((value, at) => (mean[at % EMBEDDING_SIZE] = (mean[at % EMBEDDING_SIZE] as number) + value / count));
  return mean;
}

/** Shorter parts have no direction and stay next to zero; the graphs use the same number. */
const SHORTEST = 1e-9;

/** In place: rows less the origin, each part scaled to unit length. */
function unitParts(rows: Float32Array, origin: Float64Array): Float32Array {
  for (let row = 0; row < rows.length; row += EMBEDDING_SIZE) {
    for (const [from, to] of [[0, SHAPE_SIZE] as const, [SHAPE_SIZE, EMBEDDING_SIZE] as const]) {
      let squares = 0;
      for (let at = from; at < to; at += 1) {
        const value = (rows[row + at] as number) - (origin[at] as number);
        rows[row + at] = value;
        squares += value * value;
      }
      const length = Math.max(Math.sqrt(squares), SHORTEST);
      for (let at = row + from; at < row + to; at += 1) rows[at] = (rows[at] as number) / length;
    }
  }
  return rows;
}

async function readManifest(directory: string): Promise<ModelManifest> {
  try {
    return modelManifestSchema.parse(JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')));
  } catch (cause) {
    throw new BundleDamaged(directory, 'its manifest cannot be read', cause);
  }
}
