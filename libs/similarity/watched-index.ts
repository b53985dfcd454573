import type { Clock, GenerationId, ProductId } from '#foundation';
import type { NeighbourAnswer, NeighbourQuery, VectorIndex } from './vector-index.js';

/** An index that can also compare everything. */
export interface ExactSearch extends VectorIndex {
  /** As `search`, without approximation. */
  searchAll(question: NeighbourQuery): Promise<NeighbourAnswer>;
}

/** Told of what an index does. */
export interface SearchWatcher {
  /** A question was answered by this plan. */
  searched(plan: NeighbourAnswer['plan']): void;
  /** Of the exact nearest of a question that shoppers asked, so large a share was in its answer, in [0, 1]. */
  recalled(share: number): void;
  /** The exact answer could not be had. */
  failed(error: unknown): void;
}

/** Least time between two questions that are asked again exactly: comparing a million vectors takes a third of a second. */
const PAUSE_MS = 10_000;

/**
 * An index at work, watched: counts plans, and every ten seconds at most asks one question again that the graph answered, this
 * time exactly, to tell how much of the truth shoppers see. Nobody waits for that.
 */
export class WatchedIndex implements VectorIndex {
  private askedAt = -Infinity;
  private isAsking = false;

  constructor(
    private readonly index: ExactSearch,
    private readonly watcher: SearchWatcher,
    private readonly clock: Clock,
  ) {}

  async search(question: NeighbourQuery): Promise<NeighbourAnswer> {
    const answer = await this.index.search(question);
    this.watcher.searched(answer.plan);
    const now = this.clock.now().getTime();
    if (answer.plan === 'hnsw' && !this.isAsking && now - this.askedAt >= PAUSE_MS) {
      this.askedAt = now;
      this.isAsking = true;
      void this.compare(question, answer);
    }
    return answer;
  }

  embeddings(generation: GenerationId, products: ProductId[]): Promise<Map<ProductId, Float32Array>> {
    return this.index.embeddings(generation, products);
  }

  private async compare(question: NeighbourQuery, { neighbours }: NeighbourAnswer): Promise<void> {
    try {
      const exact = await this.index.searchAll(question);
      const given = new Set(neighbours.map(({ productId }) => productId));
      const found = exact.neighbours.filter(({ productId }) => given.has(productId));
      if (exact.neighbours.length > 0) this.watcher.recalled(found.length / exact.neighbours.length);
    } catch (error) {
      this.watcher.failed(error);
    } finally {
      this.isAsking = false;
    }
  }
}
