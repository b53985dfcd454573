import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { WeftConfig } from '#config';
import { extractorIdOf, FeatureCache, FeatureExtractor } from '#embedder';
import { DEFAULT_LAYOUT } from '#foundation';
import { ensureParts, featureGraphPath } from '#provision';

/**
 * The feature extractor and its cache. Each is opened when a job first needs it and kept until the worker ends, its
 * threads only while they have work; training and embedding need the cache only, and no threads.
 */
export class Features {
  private graph: Promise<string> | null = null;
  private extractor: Promise<FeatureExtractor> | null = null;
  private cache: Promise<FeatureCache> | null = null;

  constructor(
    private readonly config: WeftConfig,
    private readonly report: (line: string) => void,
  ) {}

  get threads(): number {
    return this.config.threads ?? availableParallelism();
  }

  /** Threads that turn pixels into features. */
  startedExtractor(): Promise<FeatureExtractor> {
    this.extractor ??= this.start().catch((error: unknown) => {
      this.extractor = null;
      throw error;
    });
    return this.extractor;
  }

  /** Features of earlier imports, in step with what other processes have added. */
  async openedCache(): Promise<FeatureCache> {
    this.cache ??= this.open().catch((error: unknown) => {
      this.cache = null;
      throw error;
    });
    const cache = await this.cache;
    await cache.refresh();
    return cache;
  }

  async close(): Promise<void> {
    await (await this.extractor)?.close();
  }

  /** Path of the feature graph, built if need be. */
  private placedGraph(): Promise<string> {
    this.graph ??= ensureParts(this.config, ['backbone'], this.report).then(
      () => featureGraphPath(this.config),
      (error: unknown) => {
        this.graph = null;
        throw error;
      },
    );
    return this.graph;
  }

  private async start(): Promise<FeatureExtractor> {
    return FeatureExtractor.start({ graphPath: await this.placedGraph(), threads: this.threads });
  }

  private async open(): Promise<FeatureCache> {
    const extractorId = extractorIdOf(await readFile(await this.placedGraph()));
    const cache = new FeatureCache(join(this.config.home, 'features'), { extractorId, layout: DEFAULT_LAYOUT });
    await cache.open();
    return cache;
  }
}
