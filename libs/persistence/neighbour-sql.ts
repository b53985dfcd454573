import type { GenerationId } from '#foundation';
import type { NeighbourQuery, ProductFilter } from '#similarity';
import { encodeVector } from './vector-codec.js';

/** SQL text with the values of its parameters. */
export interface SqlQuery {
  text: string;
  values: unknown[];
}

/** Conditions on `product p` and `product_stock s`, and their parameters, numbered after those already in `values`. */
function filterConditions(filter: ProductFilter, values: unknown[]): string[] {
  const conditions = ['p.active'];
  const require = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  const { category, gender, minPrice, maxPrice, inStock } = filter;
  if (category !== undefined) require((value) => `p.category = ${value}`, category);
  // Stored in lower case.
  if (gender !== undefined) {
    const genders = gender.map((name) => name.toLowerCase());
    require((value) => `p.gender = ANY (${value})`, genders);
  }
  if (minPrice !== undefined) require((value) => `s.price >= ${value}::numeric`, minPrice);
  if (maxPrice !== undefined) require((value) => `s.price <= ${value}::numeric`, maxPrice);
  if (inStock !== undefined) require((value) => `s.in_stock = ${value}`, inStock);
  return conditions;
}

/** How many products pass the filter, counted no further than `limit`. */
export function countSql(filter: ProductFilter, limit: number): SqlQuery {
  const values: unknown[] = [limit];
  const conditions = filterConditions(filter, values).join(' AND ');
  const text = `SELECT count(*)::int AS matching FROM (
    SELECT FROM product p JOIN product_stock s USING (product_id) WHERE ${conditions} LIMIT $1) counted`;
  return { text, values };
}

/**
 * The nearest products, at most `limit`, whatever the question's count.
 *
 * The generation stands in the text: Postgres then plans for its one partition, with that table's statistics and index.
 * The exact plan adds 0 to the distance, an expression that no index can order by. Its ties break on the product id; the
 * HNSW plan cannot order by two things.
 */
export function neighbourSql(
  plan: 'exact' | 'hnsw',
  { generation, query, filter, excludeProducts, excludeStyles }: NeighbourQuery,
  limit: number,
): SqlQuery {
  const values: unknown[] = [encodeVector(query), limit];
  const conditions = [`v.generation_id = ${generationLiteral(generation)}`, ...filterConditions(filter, values)];
  if (excludeProducts.length > 0) {
    values.push(excludeProducts);
    conditions.push(`v.product_id <> ALL ($${values.length})`);
  }
  if (excludeStyles.length > 0) {
    values.push(excludeStyles);
    conditions.push(`p.style_id <> ALL ($${values.length})`);
  }
  const order =
    plan === 'exact' ? '(v.embedding <#> $1::vector) + 0, v.product_id COLLATE "C"' : 'v.embedding <#> $1::vector';
  const text = `SELECT v.product_id AS "productId", p.style_id AS "styleId", vector_send(v.embedding) AS embedding
    FROM product_vector v JOIN product p USING (product_id) JOIN product_stock s USING (product_id)
    WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT $2`;
  return { text, values };
}

/** A generation as SQL text. */
export function generationLiteral(generation: GenerationId): string {
  if (!Number.isSafeInteger(generation)) throw new TypeError(`${String(generation)} is no generation.`);
  return String(generation);
}
