import { describe, expect, it } from 'vitest';
import { embeddingAt, factsOf, productCard } from '../../test/support/products.js';
import { askFor } from '../../test/conformance/vector-index.js';
import { ExactIndex } from './exact-index.js';
import type { NeighbourAnswer, NeighbourQuery } from './vector-index.js';
import { type ExactSearch, WatchedIndex } from './watched-index.js';

const products = Array.from({ length: 20 }, (_, i) => {
  const card = productCard(`p${i}`);
  return { generation: 1, card, facts: factsOf(card), embedding: embeddingAt(i, 2 * i) };
});

/** Answers by a plan, leaving out every `skipped`th of the exact neighbours. */
class Approximate extends ExactIndex implements ExactSearch {
  exactQuestions: Promise<NeighbourAnswer>[] = [];

  constructor(
    private readonly plan: NeighbourAnswer['plan'],
    private readonly skipped: number,
    private readonly fault: Error | null = null,
  ) {
    super(products);
  }

  override async search(question: NeighbourQuery): Promise<NeighbourAnswer> {
    const { neighbours } = await super.search(question);
    return { neighbours: neighbours.filter((_, i) => i % this.skipped !== 0), plan: this.plan, matching: null };
  }

  searchAll(question: NeighbourQuery): Promise<NeighbourAnswer> {
    const asked = this.fault === null ? super.search(question) : Promise.reject(this.fault);
    this.exactQuestions.push(asked);
    return asked;
  }
}

function watched(index: Approximate) {
  const told: unknown[] = [];
  let now = 0;
  const watcher = {
    searched: (plan: string) => told.push(plan),
    recalled: (share: number) => told.push(share),
    failed: (error: unknown) => told.push(error),
  };
  const watchedIndex = new WatchedIndex(index, watcher, { now: () => new Date(now) });
  const search = async (at: number) => {
    now = at;
    await watchedIndex.search(askFor());
    await Promise.allSettled(index.exactQuestions);
    // What follows the exact answer has had its turn, too.
    await new Promise(setImmediate);
  };
  return { told, search };
}

describe('WatchedIndex', () => {
  it('tells how much of the exact ten an approximate answer holds', async () => {
    const { told, search } = watched(new Approximate('hnsw', 5));
    await search(0);
    expect(told).toEqual(['hnsw', 0.8]);
  });

  it('asks again every ten seconds at most', async () => {
    const { told, search } = watched(new Approximate('hnsw', 10));
    for (const at of [0, 1, 9_999, 10_000, 19_999, 20_000]) await search(at);
    expect(told).toEqual(['hnsw', 0.9, 'hnsw', 'hnsw', 'hnsw', 0.9, 'hnsw', 'hnsw', 0.9]);
  });

  it('asks nothing again that was exact', async () => {
    const index = new Approximate('exact', 100);
    const { told, search } = watched(index);
    await search(0);
    expect(told).toEqual(['exact']);
    expect(index.exactQuestions).toEqual([]);
  });

  it('answers although the exact answer fails, and tells of it', async () => {
    const fault = new Error('The statement took too long.');
    const { told, search } = watched(new Approximate('hnsw', 5, fault));
    await search(0);
    await search(10_000);
    expect(told).toEqual(['hnsw', fault, 'hnsw', fault]);
  });
});
