import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import { type BackboneAtHand, Backbones, type FeatureGraph, featureGraphOf } from '#backbones';
import { FilePhotoReader, type PhotoBatchStore, type PhotoReader, type Picturing, SharedPhotoReader } from '#catalog';
import type { WeftConfig } from '#config';
import { extractorIdOf, FeatureCache, FeatureExtractor, PHOTOS_AT_ONCE } from '#embedder';
import { DEFAULT_LAYOUT, type JobId, type ModelVersion, WeftError } from '#foundation';
import { CANONICAL_SIZE } from '#imaging';
import { ensureParts, featureGraphPath } from '#provision';
import type { FeatureSupply } from './feature-supply.js';

/**
 * The extractors of this installation and their caches: the one Weft comes with, and brought ones. Each is opened when a
 * job first needs it and kept until the worker ends, its threads only while they have work; where the cache holds all that
 * a training or an embedding needs, no threads are started.
 */
export class Features {
  private readonly backbones: Backbones;
  private readonly supplies = new Map<string, { cache: FeatureCache; extractor: Promise<FeatureExtractor> | null }>();
  private own: Promise<FeatureGraph> | null = null;

  constructor(
    private readonly config: WeftConfig,
    private readonly artifacts: Artifacts,
    private readonly batches: PhotoBatchStore,
    private readonly report: (line: string) => void,
  ) {
    this.backbones = new Backbones(artifacts);
  }

  get threads(): number {
    return this.config.threads ?? availableParallelism();
  }

  /** The extractor that Weft comes with; its graph is built if need be. */
  async ofWeft(): Promise<FeatureSupply> {
    this.own ??= this.placeOwn().catch((error: unknown) => {
      this.own = null;
      throw error;
    });
    return this.supplyOf(await this.own);
  }

  /** The extractor of a brought backbone, by name. @throws WeftError `backbone-unknown`, `backbone-damaged` */
  async ofBackbone(name: string): Promise<FeatureSupply> {
    return this.supplyOfBrought(await this.backbones.named(name));
  }

  /** The extractor that a model was trained on. @throws WeftError `model-outdated`, `backbone-damaged` */
  async ofModel({ version, extractorId }: { version: ModelVersion; extractorId: string }): Promise<FeatureSupply> {
    const supply = await this.ofExtractor(extractorId);
    if (supply !== null) return supply;
    const own = await this.ofWeft();
    throw new WeftError('model-outdated', `The model ${version} was trained on features that nothing here computes.`, {
      value: { model: extractorId, installed: own.cache.extractorId },
      remedy: 'Train a new model: weft train. Or bring back its backbone: docs/custom-backbone.md',
    });
  }

  /** null: nothing here computes such features. @throws WeftError `backbone-damaged` */
  async ofExtractor(extractorId: string): Promise<FeatureSupply | null> {
    const brought = await this.backbones.ofExtractor(extractorId);
    if (brought !== null) return this.supplyOfBrought(brought);
    const own = await this.ofWeft();
    return own.cache.extractorId === extractorId ? own : null;
  }

  /** Reads photos in this process. */
  async reader({ cache, startedExtractor }: FeatureSupply, picturing?: Picturing): Promise<PhotoReader> {
    return new FilePhotoReader(await startedExtractor(), cache, 2 * this.threads, picturing, this.artifacts);
  }

  /** Reads photos for a job, together with the other workers. */
  async sharedReader(supply: FeatureSupply, job: JobId): Promise<PhotoReader> {
    return new SharedPhotoReader(await this.reader(supply), supply.cache, this.batches, job, this.artifacts);
  }

  async close(): Promise<void> {
    for (const { extractor } of this.supplies.values()) await (await extractor)?.close();
  }

  private async placeOwn(): Promise<FeatureGraph> {
    await ensureParts(this.config, ['backbone'], this.report);
    const graphPath = featureGraphPath(this.config);
    const extractorId = extractorIdOf(await readFile(graphPath));
    return { graphPath, side: CANONICAL_SIZE, extractorId, layout: DEFAULT_LAYOUT, photosAtOnce: PHOTOS_AT_ONCE };
  }

  private async supplyOfBrought(backbone: BackboneAtHand): Promise<FeatureSupply> {
    // Once a worker: it may have been altered since it was tried.
    if (!this.supplies.has(backbone.extractorId)) await this.backbones.verify(backbone);
    return this.supplyOf(featureGraphOf(backbone));
  }

  private async supplyOf(graph: FeatureGraph): Promise<FeatureSupply> {
    const { extractorId } = graph;
    let supply = this.supplies.get(extractorId);
    if (supply === undefined) {
      const cache = new FeatureCache(join(this.config.home, 'features'), graph, this.artifacts);
      await cache.open();
      supply = this.supplies.get(extractorId) ?? { cache, extractor: null };
      this.supplies.set(extractorId, supply);
    } else await supply.cache.refresh();
    const known = supply;
    return {
      graphPath: graph.graphPath,
      side: graph.side,
      cache: known.cache,
      startedExtractor: () => {
        known.extractor ??= FeatureExtractor.start({ ...graph, threads: this.threads }).catch((error: unknown) => {
          known.extractor = null;
          throw error;
        });
        return known.extractor;
      },
    };
  }
}
