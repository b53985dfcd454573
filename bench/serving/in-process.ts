import { createRequire } from 'node:module';
import type * as Usearch from 'usearch';
import { EMBEDDING_SIZE } from '#foundation';
import { scaleQuery } from '#similarity';
import { PRODUCTS_A_STYLE, productId, type Shop } from './shop.js';

// Its ES module looks for the prebuilt addon in the wrong directory.
const { Index, MetricKind, ScalarKind } = createRequire(import.meta.url)('usearch') as typeof Usearch;

/** pgvector's m and ef_construction, and the ef_search of Weft's connections. */
const GRAPH = { connectivity: 16, expansion_add: 64, expansion_search: 100 };

/** The nearest by a graph in this process, of what is in stock; it has no filters. */
export class InProcessGraph {
  private readonly graph = new Index({
    ...{ dimensions: EMBEDDING_SIZE, metric: MetricKind.IP, quantization: ScalarKind.F32, multi: false },
    ...GRAPH,
  });

  constructor(private readonly shop: Shop) {
    const kept = [...shop.facts.keys()].filter((product) => shop.facts[product]!.inStock);
    const vectors = new Float32Array(kept.length * EMBEDDING_SIZE);
    for (const [row, product] of kept.entries()) vectors.set(shop.embeddingOf(product), row * EMBEDDING_SIZE);
    this.graph.add(BigUint64Array.from(kept, BigInt), vectors, 0);
  }

  /** Product ids; the product's own style is left out. */
  nearest(product: number, dial: number, count: number): string[] {
    const { keys } = this.graph.search(scaleQuery(this.shop.embeddingOf(product), dial), count + PRODUCTS_A_STYLE, 1);
    const style = Math.floor(product / PRODUCTS_A_STYLE);
    return [...keys]
      .map(Number)
      .filter((other) => Math.floor(other / PRODUCTS_A_STYLE) !== style)
      .slice(0, count)
      .map(productId);
  }
}
