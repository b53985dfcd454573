import type { Pool, QueryConfig } from 'pg';
import { parseFilter } from '#filters';
import { systemClock } from '#foundation';
import { KeptDecisions } from '#merchandising';
import type { Database } from '#persistence';
import { Recommender } from '#similarity';
import { PgVectorIndex } from '../../libs/persistence/pg-vector-index.js';
import { productId, type ShopFilter } from './shop.js';

/** What the search for one product's neighbours sends to Postgres. */
export interface Statements {
  nearest: QueryConfig[];
  plan: 'exact' | 'hnsw' | 'hnsw, then exact';
}

/**
 * Asks the recommender as the API does, over a pool that remembers what it is sent, and keeps the statements that compare
 * vectors: the same text, values and names, hence the same plan, joins and width of a row.
 */
export async function statementsOf(
  database: Database,
  pool: Pool,
  products: number[],
  filter: ShopFilter,
): Promise<Statements[]> {
  let sent: QueryConfig[] = [];
  const recording = new Proxy(pool, {
    get(target, property) {
      if (property !== 'query') return Reflect.get(target, property) as unknown;
      return (query: QueryConfig, values?: unknown[]) => {
        if (typeof query === 'object' && query.text.includes('<#>')) sent.push(query);
        return target.query(query, values);
      };
    },
  });
  const { catalog, shoppers, merchandising } = database;
  const decisions = new KeptDecisions(merchandising, systemClock);
  const recommender = new Recommender(new PgVectorIndex(recording), catalog, systemClock, shoppers, decisions);
  const all: Statements[] = [];
  for (const product of products) {
    sent = [];
    await recommender.similar(productId(product), {
      ...{ category: 'any', gender: 'any', groupBy: 'product' },
      filter: filter.text === null ? undefined : parseFilter(filter.text),
    });
    const exact = sent.filter(({ text }) => text.includes('+ 0)')).length;
    const plan = exact === 0 ? 'hnsw' : exact === sent.length ? 'exact' : 'hnsw, then exact';
    all.push({ nearest: sent, plan });
  }
  return all;
}
