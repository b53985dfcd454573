import { allOf } from '#filters';
import { type GenerationId, type ProductId, sha256, type StyleId } from '#foundation';
import {
  innerProduct,
  type Neighbour,
  type NeighbourAnswer,
  type NeighbourQuery,
  rankNeighbours,
  similarityByPart,
  type VectorIndex,
} from '#similarity';
import type { Pool } from 'pg';
import { filterFirstSql, generationLiteral, graphSql, nearestFirstSql, type SqlQuery } from './neighbour-sql.js';
import type { Graph } from './partition.js';
import { choosePlan, rowsBeforeFilter, rowsFromGraph, type SearchPlan, type SearchSize } from './search-plan.js';
import { SizeEstimates } from './size-estimates.js';
import { decodeVector } from './vector-codec.js';

/** Rows fetched beyond those asked for: float32 sums may order near ties otherwise than the exact similarity does. */
const MARGIN = 16;
/** Rows fetched for each wanted one where only the best of each style is kept. */
const PER_STYLE = 4;
/**
 * How far a query must lean towards a part for the graph of that part to be asked, too: 0 at a dial of .5, 1 at its ends.
 * The graph of whole vectors was built for .5 and finds .99 of the exact ten from .5 to .75, but .57 at .4 and .2 at .25,
 * where what differs in colour alone is near and has no way to it; with the graph of shapes .99 again.
 */
const LEANS = 0.1;

/**
 * Statements that Postgres keeps parsed. Filters come in endless shapes, and each connection would keep every one of them:
 * what comes after these is parsed anew each time, which costs .3 ms.
 */
const MOST_KEPT = 200;

interface Row {
  productId: ProductId;
  styleId: StyleId;
  embedding: Buffer;
  boost: number;
}

/**
 * Nearest neighbours by pgvector: exact, or by HNSW (Malkov and Yashunin, arXiv 1603.09320) with iterative scan where
 * that costs much less. Where a plan brings too few, every product that passes the filter is compared.
 */
export class PgVectorIndex implements VectorIndex {
  private readonly estimates: SizeEstimates;
  private readonly names = new Map<string, string>();

  /** @param choose the plan for what a search is expected to meet */
  constructor(
    private readonly pool: Pool,
    private readonly choose: (size: SearchSize) => SearchPlan = choosePlan,
  ) {
    this.estimates = new SizeEstimates(pool);
  }

  async search(question: NeighbourQuery): Promise<NeighbourAnswer> {
    const size = await this.sizeOf(question);
    const plan = this.choose(size);
    const found = plan === 'filter-first' ? null : await this.searchNear(plan, question, size);
    return found ?? this.searchAll(question);
  }

  async embeddings(generation: GenerationId, products: ProductId[]): Promise<Map<ProductId, Float32Array>> {
    const { rows } = await this.pool.query<Omit<Row, 'styleId' | 'boost'>>({
      name: `embeddings-${generation}`,
      text: `SELECT product_id AS "productId", vector_send(embedding) AS embedding
             FROM product_vector WHERE generation_id = ${generationLiteral(generation)} AND product_id = ANY ($1)`,
      values: [products],
    });
    return new Map(rows.map(({ productId, embedding }) => [productId, decodeVector(embedding)]));
  }

  /**
   * The nearest by a plan that looks at near ones only; of the graph, beside them the nearest of what each boost raises or
   * leaves alone: what a boost brings to the top is the nearest of its kind. null where these are too few.
   */
  private async searchNear(
    plan: Exclude<SearchPlan, 'filter-first'>,
    question: NeighbourQuery,
    size: SearchSize,
  ): Promise<NeighbourAnswer | null> {
    const [nearest = [], ...boosted] = await Promise.all([
      plan === 'graph'
        ? this.fetchFromGraphs(question, size)
        : this.fetch(nearestFirstSql(question, size.rows, rowsBeforeFilter(size)), question),
      ...question.boosts.map(async ({ filter: raised, weight }) => {
        const kind = allOf([question.filter, weight < 0 ? { kind: 'not', of: raised } : raised]);
        const ofKind = { ...question, filter: kind };
        // All of a kind are raised alike, or not at all.
        const sizeOfKind = { ...(await this.sizeOf(ofKind)), boosts: 0 };
        return this.choose(sizeOfKind) === 'graph'
          ? this.fetchFromGraphs(ofKind, sizeOfKind)
          : this.fetch(filterFirstSql(ofKind, size.rows), ofKind);
      }),
    ]);
    const found = new Map([...nearest, ...boosted.flat()].map((neighbour) => [neighbour.productId, neighbour]));
    const enough = [...found.values()].filter((neighbour) => isNearEnough(neighbour, question));
    const neighbours = rankNeighbours(enough, question);
    // In exact order all are too far beyond one that is. A graph of a part brings what is far by the other part at any place.
    const isAll = plan === 'nearest-first' && nearest.some((neighbour) => !isNearEnough(neighbour, question));
    if (neighbours.length < question.count && !isAll) return null;
    return { neighbours, plan: plan === 'graph' ? 'hnsw' : 'exact', matching: null };
  }

  private async sizeOf(question: NeighbourQuery): Promise<SearchSize> {
    const { generation, filter, now, boosts, query, excludeProducts } = question;
    const [vectors, share] = await Promise.all([
      this.estimates.vectorsOf(generation),
      this.estimates.shareOf(filter, now),
    ]);
    return {
      ...{ vectors, share, rows: wantedRows(question), excluded: excludeProducts.length, boosts: boosts.length },
      graphs: graphsFor(query).length,
    };
  }

  /** Fetches more until enough styles are found or nothing is left. */
  async searchAll(question: NeighbourQuery): Promise<NeighbourAnswer> {
    for (let wanted = wantedRows(question); ; wanted *= 4) {
      const rows = await this.fetch(filterFirstSql(question, wanted), question);
      const isAll = rows.length < wanted;
      const enough = rows.filter((neighbour) => isNearEnough(neighbour, question));
      const neighbours = rankNeighbours(enough, question);
      if (isAll || neighbours.length === question.count) {
        return { neighbours, plan: 'exact', matching: isAll ? enough.length : null };
      }
    }
  }

  /** The nearest of each graph that the query asks for; what several bring stands several times. */
  private async fetchFromGraphs(question: NeighbourQuery, size: SearchSize): Promise<Neighbour[]> {
    const graphs = graphsFor(question.query);
    const found = await Promise.all(
      graphs.map((graph) => this.fetch(graphSql(graph, question, rowsFromGraph(size)), question)),
    );
    return found.flat();
  }

  private async fetch({ text, values }: SqlQuery, question: NeighbourQuery): Promise<Neighbour[]> {
    const { rows } = await this.pool.query<Row>({ ...this.nameOf(text), text, values });
    return rows.map(({ embedding: bytes, ...row }) => {
      const embedding = decodeVector(bytes);
      return { ...row, embedding, similarity: innerProduct(question.query, embedding) };
    });
  }

  /** A name makes Postgres keep the parsed statement; one per text, as pg demands. */
  private nameOf(text: string): { name?: string } {
    const known = this.names.get(text);
    if (known !== undefined) return { name: known };
    if (this.names.size >= MOST_KEPT) return {};
    const name = `nearest-${sha256(text).slice(0, 16)}`;
    this.names.set(text, name);
    return { name };
  }
}

const wantedRows = ({ count, onePerStyle }: NeighbourQuery) => count * (onePerStyle ? PER_STYLE : 1) + MARGIN;

function isNearEnough({ similarity }: Neighbour, { minimumSimilarity }: NeighbourQuery): boolean {
  return minimumSimilarity === null || similarity >= minimumSimilarity;
}

/** The graphs that hold what is near a query, by how it is scaled. At the ends one part counts, and the whole finds what its graph misses. */
function graphsFor(query: Float32Array): Graph[] {
  const { shape, colour } = similarityByPart(query, query, 0.5);
  const [ofShape, ofColour] = [Math.sqrt(shape), Math.sqrt(colour)];
  const leaning = (ofShape - ofColour) / (ofShape + ofColour || 1);
  if (Math.abs(leaning) <= LEANS) return ['whole'];
  return ['whole', leaning > 0 ? 'shape' : 'colour'];
}
