import type { Artifacts } from '#artifacts';
import { FeatureExtractor, type ModelBundle, openModel } from '#embedder';
import { type Matching, matchingOf } from '#evaluation';
import { type ModelVersion, WeftError } from '#foundation';
import type { ModelRecord } from '#generations';
import { CANONICAL_SIZE, decodeCanonical, type ImageLimits, type PhotoBox } from '#imaging';

interface OpenModel {
  version: ModelVersion;
  bundle: ModelBundle;
  /** null: the model was not calibrated. */
  matching: Matching | null;
}

/**
 * From the bytes of a photo to its embedding: decoded in a process that may die of it, features on a thread that ends a
 * minute after its last photo, heads in this process. Everything is opened when it is first needed; of models the last.
 */
export class PhotoEncoder {
  private extractor: Promise<FeatureExtractor> | null = null;
  private model: { version: ModelVersion; opened: Promise<OpenModel> } | null = null;

  /**
   * @param graphPath of the feature graph that is installed here
   * @param limits of a photo's bytes and pixels
   * @param artifacts that bring models
   */
  constructor(
    private readonly graphPath: string,
    private readonly limits: ImageLimits,
    private readonly artifacts: Artifacts,
  ) {}

  /** @throws BundleDamaged, and what bringing it throws */
  async matching(model: ModelRecord): Promise<Matching | null> {
    return (await this.opened(model)).matching;
  }

  /**
   * @param box the part of the photo that is meant; null: the whole
   * @returns `[128]`
   * @throws ImageRejected for a photo that cannot be used
   * @throws WeftError `model-outdated`, `feature-graph-unreadable`, `decoder-not-started`, `features-failed`
   */
  async encode(bytes: Uint8Array, model: ModelRecord, box: PhotoBox | null = null): Promise<Float32Array> {
    const { pixels } = await decodeCanonical(bytes, this.limits, CANONICAL_SIZE, box);
    const extractor = await this.startedExtractor();
    if (extractor.extractorId !== model.extractorId) {
      throw new WeftError('model-outdated', `The model ${model.version} reads photos by another feature graph.`, {
        value: { model: model.extractorId, installed: extractor.extractorId },
        remedy: 'Import the feed again, train and embed with the graph that is installed: weft train, weft embed',
      });
    }
    const [features] = await extractor.extract([pixels]);
    const { bundle } = await this.opened(model);
    return bundle.embed(features as Float32Array);
  }

  async close(): Promise<void> {
    const [extractor, model] = await Promise.allSettled([this.extractor, this.model?.opened]);
    if (extractor.status === 'fulfilled') await extractor.value?.close();
    if (model.status === 'fulfilled') await model.value?.bundle.close();
  }

  private startedExtractor(): Promise<FeatureExtractor> {
    this.extractor ??= FeatureExtractor.start({ graphPath: this.graphPath, threads: 1 }).catch((error: unknown) => {
      this.extractor = null;
      throw error;
    });
    return this.extractor;
  }

  private opened(model: ModelRecord): Promise<OpenModel> {
    if (this.model?.version === model.version) return this.model.opened;
    // What still embeds with the model before goes on: its memory is let go with its last use.
    const opened = openModel(this.artifacts, model).then((bundle) => {
      return { version: model.version, bundle, matching: matchingOf(bundle.manifest.metrics) };
    });
    this.model = { version: model.version, opened };
    opened.catch(() => (this.model = null));
    return opened;
  }
}
