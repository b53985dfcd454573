import type { GenerationId } from '#foundation';
import type { ProductFilter } from '#similarity';
import type { Pool } from 'pg';
import { countSql, generationLiteral } from './neighbour-sql.js';
import { rowOf } from './transaction.js';

/** How long a count may be used. It decides between two right plans, so an old one costs time only. */
const FRESH_MS = 60_000;
/** Filters remembered; storefronts ask with few. */
const MOST = 1_000;

/** Counts, no further than a limit, of what a search would go through; remembered for a minute. */
export class MatchCounts {
  private readonly known = new Map<string, { count: number; at: number }>();

  constructor(
    private readonly pool: Pool,
    private readonly limit: number,
  ) {}

  /** Vectors of a generation. */
  ofGeneration(generation: GenerationId): Promise<number> {
    const rows = `SELECT FROM product_vector WHERE generation_id = ${generationLiteral(generation)} LIMIT $1`;
    return this.remember(`generation ${generation}`, {
      text: `SELECT count(*)::int AS matching FROM (${rows}) counted`,
      values: [this.limit],
    });
  }

  /** Products that pass a filter, with or without a vector. */
  ofFilter(filter: ProductFilter): Promise<number> {
    return this.remember(JSON.stringify(filter), countSql(filter, this.limit));
  }

  private async remember(key: string, query: { text: string; values: unknown[] }): Promise<number> {
    const now = performance.now();
    const known = this.known.get(key);
    if (known !== undefined && now - known.at < FRESH_MS) return known.count;
    const { matching: count } = await rowOf<{ matching: number }>(this.pool, query.text, query.values);
    this.known.delete(key);
    this.known.set(key, { count, at: now });
    const [oldest] = this.known.keys();
    if (this.known.size > MOST && oldest !== undefined) this.known.delete(oldest);
    return count;
  }
}
