import { type GenerationId, type ProductId, sha256, type StyleId } from '#foundation';
import {
  innerProduct,
  type Neighbour,
  type NeighbourAnswer,
  type NeighbourQuery,
  similarityByPart,
  type VectorIndex,
} from '#similarity';
import type { Pool } from 'pg';
import { MatchCounts } from './match-counts.js';
import { generationLiteral, neighbourSql } from './neighbour-sql.js';
import { decodeVector } from './vector-codec.js';

/**
 * Up to this many matching products all of them are compared: exact, and with the joins about 1.5 ms per 1,000 on one
 * loaded core, where the graph takes 3 to 5 ms.
 */
const EXACT_UP_TO = 10_000;
/** Rows fetched beyond those asked for: float32 sums may order near ties otherwise than the exact similarity does. */
const MARGIN = 16;
/** Rows fetched for each wanted one where only the best of each style is kept. */
const PER_STYLE = 4;
/**
 * Least rows taken from the graph and ranked exactly, at a dial of .5; three times as many at the ends. The graph was
 * built for .5: with 100 rows at dial 0 two queries of 40 among 40,000 products missed all of the exact ten, with 200
 * none did.
 */
const LEAST_FROM_GRAPH = 100;

interface Row {
  productId: ProductId;
  styleId: StyleId;
  embedding: Buffer;
}

/**
 * Nearest neighbours by pgvector. Exact where few products match, else HNSW (Malkov and Yashunin, arXiv 1603.09320)
 * with iterative scan; exact again where the graph brings too few.
 */
export class PgVectorIndex implements VectorIndex {
  private readonly counts: MatchCounts;

  /** @param exactUpTo matching products up to which the scan is exact. @default 10,000 */
  constructor(
    private readonly pool: Pool,
    private readonly exactUpTo: number = EXACT_UP_TO,
  ) {
    this.counts = new MatchCounts(pool, exactUpTo + 1);
  }

  async search(question: NeighbourQuery): Promise<NeighbourAnswer> {
    if (await this.isWorthTheGraph(question)) {
      const least = LEAST_FROM_GRAPH * (1 + 2 * lopsidedness(question.query));
      const wanted = Math.max(Math.round(least), question.count * (question.onePerStyle ? PER_STYLE : 1) + MARGIN);
      const neighbours = nearestOf(await this.fetch('hnsw', question, wanted), question);
      if (neighbours.length === question.count) return { neighbours, plan: 'hnsw', matching: null };
    }
    return this.searchExactly(question);
  }

  async embeddings(generation: GenerationId, products: ProductId[]): Promise<Map<ProductId, Float32Array>> {
    const { rows } = await this.pool.query<Omit<Row, 'styleId'>>({
      name: `embeddings-${generation}`,
      text: `SELECT product_id AS "productId", vector_send(embedding) AS embedding
             FROM product_vector WHERE generation_id = ${generationLiteral(generation)} AND product_id = ANY ($1)`,
      values: [products],
    });
    return new Map(rows.map(({ productId, embedding }) => [productId, decodeVector(embedding)]));
  }

  private async isWorthTheGraph({ generation, filter }: NeighbourQuery): Promise<boolean> {
    if ((await this.counts.ofGeneration(generation)) <= this.exactUpTo) return false;
    return (await this.counts.ofFilter(filter)) > this.exactUpTo;
  }

  /** Fetches more until enough styles are found or nothing is left. */
  private async searchExactly(question: NeighbourQuery): Promise<NeighbourAnswer> {
    for (let wanted = question.count * (question.onePerStyle ? PER_STYLE : 1) + MARGIN; ; wanted *= 4) {
      const rows = await this.fetch('exact', question, wanted);
      const neighbours = nearestOf(rows, question);
      const isAll = rows.length < wanted;
      if (isAll || neighbours.length === question.count) {
        return { neighbours, plan: 'exact', matching: isAll ? rows.length : null };
      }
    }
  }

  private async fetch(plan: 'exact' | 'hnsw', question: NeighbourQuery, limit: number): Promise<Neighbour[]> {
    const { text, values } = neighbourSql(plan, question, limit);
    // A name makes Postgres keep the parsed statement; one per text, as pg demands.
    const { rows } = await this.pool.query<Row>({ name: `nearest-${sha256(text).slice(0, 16)}`, text, values });
    return rows.map(({ productId, styleId, embedding: bytes }) => {
      const embedding = decodeVector(bytes);
      return { productId, styleId, embedding, similarity: innerProduct(question.query, embedding) };
    });
  }
}

/** The question's answer among what was fetched. */
function nearestOf(found: Neighbour[], { count, onePerStyle }: NeighbourQuery): Neighbour[] {
  const ranked = found.sort((a, b) => b.similarity - a.similarity || (a.productId < b.productId ? -1 : 1));
  const styles = new Set<StyleId>();
  const kept = onePerStyle ? ranked.filter(({ styleId }) => !styles.has(styleId) && styles.add(styleId)) : ranked;
  return kept.slice(0, count);
}

/** How far a query leans towards one of its parts: 0 at a dial of .5, 1 at 0 and at 1. */
function lopsidedness(query: Float32Array): number {
  const { shape, colour } = similarityByPart(query, query, 0.5);
  const [shapeNorm, colourNorm] = [Math.sqrt(shape), Math.sqrt(colour)];
  const total = shapeNorm + colourNorm;
  return total === 0 ? 0 : Math.abs(shapeNorm - colourNorm) / total;
}
