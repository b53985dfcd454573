/** How Postgres finds the nearest. */
export type SearchPlan =
  /** Every product that passes the filter is compared. Exact. */
  | 'filter-first'
  /** Every vector is compared, and the filter asked of the nearest alone. Exact where enough of these pass it. */
  | 'nearest-first'
  /** pgvector's HNSW graphs, which go on until enough pass the filter. Approximate. */
  | 'graph';

/** What a search is expected to meet. */
export interface SearchSize {
  /** Of the generation. */
  vectors: number;
  /** Share of products that pass the filter, in (0, 1]. */
  share: number;
  /** Rows wanted, those for ranking anew included. */
  rows: number;
  /** Products that may not be among them. */
  excluded: number;
  /** How many graphs are asked. */
  graphs: number;
  /** The order goes by so many boosts too, which only filters tell; the graphs are asked once more for each. */
  boosts: number;
}

/**
 * Microseconds on one core with everything in memory. Measured among 10,000 and 100,000 products; they only choose between
 * right answers, so that a machine twice as fast, or figures that are out by half, cost little.
 */
const COMPARE_VECTOR = 0.35;
const FIND_ROW_BY_ID = 17;
/** Joining a whole table, for each of its rows. */
const JOIN_ROW = 1.5;
const CHECK_NEAR_ROW = 9;
const TAKE_FROM_GRAPH = 12;
const START_GRAPH = 500;

/** What an exact answer may cost before an approximate one is considered. */
const EXACT_UP_TO = 8_000;

/** Rows to take by nearness for as many to be left after the filter, with room for filters that the near ones pass seldom. */
export function rowsBeforeFilter({ rows, share, excluded }: Omit<SearchSize, 'vectors'>): number {
  return Math.ceil((1.5 * rows) / share) + 16 + excluded;
}

/**
 * Least rows taken from a graph and ranked exactly. Among 100,000 products 60 rows of each graph hold .97 to 1 of the
 * exact ten, by dial, 120 hold .99 and more; 240 add nothing.
 */
const LEAST_FROM_GRAPH = 120;

/** Rows to take from each graph. */
export function rowsFromGraph({ rows }: Pick<SearchSize, 'rows'>): number {
  return Math.max(LEAST_FROM_GRAPH, rows);
}

/** The plan that should cost least; an exact one wherever that is cheap. */
export function choosePlan(size: SearchSize): SearchPlan {
  const { vectors, share, graphs, boosts } = size;
  const matching = share * vectors;
  const near = rowsBeforeFilter(size);
  const costs: [SearchPlan, number][] = [
    ['filter-first', Math.min(FIND_ROW_BY_ID * matching, (COMPARE_VECTOR + JOIN_ROW) * vectors)],
    ['nearest-first', boosts > 0 || near > vectors ? Infinity : COMPARE_VECTOR * vectors + CHECK_NEAR_ROW * near],
  ];
  const [exact] = costs.sort((a, b) => a[1] - b[1]);
  const graph = (1 + boosts) * graphs * (START_GRAPH + (TAKE_FROM_GRAPH * rowsFromGraph(size)) / share);
  return exact![1] <= EXACT_UP_TO || exact![1] <= graph ? exact![0] : 'graph';
}
