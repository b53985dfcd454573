import type { Filter } from '#filters';
import type { GenerationId } from '#foundation';
import type { Pool } from 'pg';
import { generationLiteral, passingSql, type SqlQuery } from './neighbour-sql.js';
import { rowOf } from './transaction.js';

/** How long an estimate may be used. It decides between right plans, so an old one costs time only. */
const FRESH_MS = 60_000;
/** Estimates remembered; storefronts ask with few filters. */
const MOST = 1_000;

/**
 * How many rows Postgres expects, by the statistics that it keeps: the same that its own planner goes by, in a
 * millisecond, where counting would read the whole catalogue for each new filter.
 */
export class SizeEstimates {
  private readonly known = new Map<string, { rows: number; at: number }>();

  constructor(private readonly pool: Pool) {}

  /** Vectors of a generation, at least 1. */
  vectorsOf(generation: GenerationId): Promise<number> {
    const text = `SELECT FROM product_vector WHERE generation_id = ${generationLiteral(generation)}`;
    return this.remember(`generation ${generation}`, { text, values: [] });
  }

  /** Share of the catalogue that passes a filter, in (0, 1]. */
  async shareOf(filter: Filter | null, now: Date): Promise<number> {
    const [passing, all] = await Promise.all([
      this.remember(JSON.stringify(filter), passingSql(filter, now)),
      this.remember('products', { text: 'SELECT FROM product', values: [] }),
    ]);
    return Math.min(1, passing / all);
  }

  private async remember(key: string, { text, values }: SqlQuery): Promise<number> {
    const now = performance.now();
    const known = this.known.get(key);
    if (known !== undefined && now - known.at < FRESH_MS) return known.rows;
    const plan = await rowOf<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
      this.pool,
      `EXPLAIN (FORMAT JSON) ${text}`,
      values,
    );
    const rows = Math.max(1, plan['QUERY PLAN'][0].Plan['Plan Rows']);
    this.known.delete(key);
    this.known.set(key, { rows, at: now });
    const [oldest] = this.known.keys();
    if (this.known.size > MOST && oldest !== undefined) this.known.delete(oldest);
    return rows;
  }
}
