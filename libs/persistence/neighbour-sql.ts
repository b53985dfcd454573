import { allOf, type Filter } from '#filters';
import { type GenerationId, SHAPE_SIZE } from '#foundation';
import type { NeighbourQuery } from '#similarity';
import { filterSql, needsAttributes } from './filter-sql.js';
import { type Graph, GRAPHS } from './partition.js';
import { encodeVector } from './vector-codec.js';

/** SQL text with the values of its parameters. */
export interface SqlQuery {
  text: string;
  values: unknown[];
}

/**
 * How far below the least similarity rows are still fetched: sums of float32 differ from the exact similarity, which
 * decides.
 */
const SLACK = 1e-4;

/** The products that pass a filter, without saying anything of them. */
export function passingSql(filter: Filter | null, now: Date): SqlQuery {
  const values: unknown[] = [];
  const conditions = filterConditions(filter, now, (value) => `$${values.push(value)}`);
  return { text: `SELECT FROM product p ${factJoins(filter)} WHERE ${conditions.join(' AND ')}`, values };
}

/**
 * The nearest by one of the graphs, whatever the question's count: nearest by the whole vector, or by one part alone. The
 * graph goes on until `limit` rows pass the filter; it can order neither by two things nor by boosts.
 */
export function graphSql(graph: Graph, question: NeighbourQuery, limit: number): SqlQuery {
  const { query } = question;
  const asked = { whole: query, shape: query.subarray(0, SHAPE_SIZE), colour: query.subarray(SHAPE_SIZE) }[graph];
  const { ofGeneration, conditions, joins, columns, shown } = partsOf(question, [encodeVector(asked), limit]);
  return shown(`SELECT ${columns} FROM product_vector v JOIN product p USING (product_id) ${joins}
    WHERE ${[ofGeneration, ...conditions].join(' AND ')} ORDER BY ${GRAPHS[graph]} <#> $1::vector LIMIT $2`);
}

/** Plus 0: an expression that no index can order by. */
const DISTANCE = '((v.embedding <#> $1::vector) + 0)';

/** The nearest of all that pass the filter, boosts counted. Equal ones by product id. */
export function filterFirstSql(question: NeighbourQuery, limit: number): SqlQuery {
  const { query, minimumSimilarity } = question;
  const parts = partsOf(question, [encodeVector(query), limit]);
  const { ofGeneration, conditions, joins, columns, boost, shown, parameter } = parts;
  if (minimumSimilarity !== null) conditions.push(`${DISTANCE} <= ${parameter(SLACK - minimumSimilarity)}::float8`);
  const raised = question.boosts.length === 0 ? DISTANCE : `${DISTANCE} - (${boost})`;
  return shown(`SELECT ${columns} FROM product_vector v JOIN product p USING (product_id) ${joins}
    WHERE ${[ofGeneration, ...conditions].join(' AND ')} ORDER BY ${raised}, v.product_id COLLATE "C" LIMIT $2`);
}

/**
 * Those of the nearest that pass the filter, boosts not counted. Equal ones by product id.
 *
 * @param before how many of the nearest the filter is asked of
 */
export function nearestFirstSql(question: NeighbourQuery, limit: number, before: number): SqlQuery {
  const { ofGeneration, conditions, joins, columns, shown, parameter } = partsOf(question, [
    encodeVector(question.query),
    limit,
  ]);
  return shown(`SELECT ${columns} FROM (
      SELECT v.product_id, v.embedding, ${DISTANCE} AS distance FROM product_vector v WHERE ${ofGeneration}
      ORDER BY ${DISTANCE}, v.product_id COLLATE "C" LIMIT ${parameter(before)}) v
    JOIN product p USING (product_id) ${joins}
    WHERE ${conditions.join(' AND ')} ORDER BY v.distance, v.product_id COLLATE "C" LIMIT $2`);
}

/**
 * What the statements above have in common.
 *
 * The generation stands in the text: Postgres then plans for its one partition, with that table's statistics and index.
 * Bytes are made of the rows that are kept: made of all, they cost as much as comparing them.
 *
 * @param values of the parameters so far
 */
function partsOf(question: NeighbourQuery, values: unknown[]) {
  const { generation, filter, now, boosts, excludeProducts, excludeStyles } = question;
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = filterConditions(filter, now, parameter);
  if (excludeProducts.length > 0) conditions.push(`v.product_id <> ALL (${parameter(excludeProducts)})`);
  if (excludeStyles.length > 0) conditions.push(`p.style_id <> ALL (${parameter(excludeStyles)})`);
  const boost = ['0::float8', ...boosts.map((one) => boostSql(one, now, parameter))].join(' + ');
  return {
    ofGeneration: `v.generation_id = ${generationLiteral(generation)}`,
    ...{ conditions, boost, parameter },
    joins: factJoins(allOf([filter, ...boosts.map((one) => one.filter)])),
    columns: `v.product_id, p.style_id, v.embedding, ${boost} AS boost`,
    shown: (rows: string): SqlQuery => ({
      text: `SELECT n.product_id AS "productId", n.style_id AS "styleId", n.boost, vector_send(n.embedding) AS embedding
        FROM (${rows}) n`,
      values,
    }),
  };
}

/** What a filter's conditions are about, joined to `product p`. */
export function factJoins(filter: Filter | null): string {
  const attributes = needsAttributes(filter) ? ' JOIN product_attributes a USING (product_id)' : '';
  return `JOIN product_stock s USING (product_id)${attributes}`;
}

/** Conditions on `product p` and what {@link factJoins} joins. */
export function filterConditions(filter: Filter | null, now: Date, parameter: (value: unknown) => string): string[] {
  return ['p.active', ...(filter === null ? [] : [filterSql(filter, now, parameter)])];
}

function boostSql(
  { filter, weight }: NeighbourQuery['boosts'][number],
  now: Date,
  parameter: (value: unknown) => string,
): string {
  return `CASE WHEN ${filterSql(filter, now, parameter)} THEN ${parameter(weight)}::float8 ELSE 0 END`;
}

/** A generation as SQL text. */
export function generationLiteral(generation: GenerationId): string {
  if (!Number.isSafeInteger(generation)) throw new TypeError(`${String(generation)} is no generation.`);
  return String(generation);
}
