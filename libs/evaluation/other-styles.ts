import type { RetrievalSet } from './retrieval-set.js';

const RESULTS = 10;

/** What shoppers see: other styles than the query's, one result per style, the first ten. */
export interface OtherStyles {
  /** Share of results of the query's category; queries without a category are not asked. */
  categoryAt10: number | null;
  /** Share of results of the query's gender; queries without a gender are not asked. */
  genderAt10: number | null;
  /** Mean Euclidean distance in CIELAB (CIE76 delta E) between query and results. */
  colourDifferenceAt10: number;
}

/** Shares and colour difference of one query's results. */
interface QueryFigures {
  category: number | null;
  gender: number | null;
  colourDifference: number;
}

/** Labels of both sets as numbers, a row each. */
interface LabelNumbers {
  queryStyles: Int32Array;
  galleryStyles: Int32Array;
  queryImages: Int32Array;
  galleryImages: Int32Array;
}

/** Gathers the figures of `OtherStyles` query by query. */
export class OtherStylesMeter {
  private readonly figures: QueryFigures[] = [];
  private readonly best: Int32Array; // [styles] best gallery row of each style, -1: none

  constructor(
    private readonly queries: RetrievalSet,
    private readonly gallery: RetrievalSet,
    private readonly numbers: LabelNumbers,
  ) {
    let styles = 0;
    for (const style of numbers.galleryStyles) styles = Math.max(styles, style + 1);
    this.best = new Int32Array(styles);
  }

  /** @param similarities `[g]` of the query with every gallery row */
  add(query: number, similarities: Float32Array): void {
    const rows = this.resultsOf(query, similarities);
    if (rows.length === 0) return;
    const share = (labels: (string | null)[], label: string | null) =>
      label === null ? null : rows.filter((row) => labels[row] === label).length / rows.length;
    this.figures.push({
      category: share(this.gallery.categories, this.queries.categories[query] ?? null),
      gender: share(this.gallery.genders, this.queries.genders[query] ?? null),
      colourDifference: mean(rows.map((row) => this.colourDifference(query, row))) as number,
    });
  }

  /** null when no query had another style to find. */
  report(): OtherStyles | null {
    const colourDifferenceAt10 = mean(this.figures.map((figures) => figures.colourDifference));
    if (colourDifferenceAt10 === null) return null;
    return {
      categoryAt10: mean(this.figures.flatMap(({ category }) => category ?? [])),
      genderAt10: mean(this.figures.flatMap(({ gender }) => gender ?? [])),
      colourDifferenceAt10,
    };
  }

  /** The best row of each of the ten best other styles; equal similarities in gallery order. */
  private resultsOf(query: number, similarities: Float32Array): number[] {
    const { queryStyles, galleryStyles, queryImages, galleryImages } = this.numbers;
    this.best.fill(-1);
    for (let row = 0; row < similarities.length; row += 1) {
      const style = galleryStyles[row] as number;
      if (style === queryStyles[query] || galleryImages[row] === queryImages[query]) continue;
      const best = this.best[style] as number;
      if (best === -1 || (similarities[row] as number) > (similarities[best] as number)) this.best[style] = row;
    }
    return [...this.best]
      .filter((row) => row !== -1)
      .sort((a, b) => (similarities[b] as number) - (similarities[a] as number) || a - b)
      .slice(0, RESULTS);
  }

  private colourDifference(query: number, row: number): number {
    const [a, b] = [this.queries.lab, this.gallery.lab];
    return Math.hypot(
      (a[3 * query] as number) - (b[3 * row] as number),
      (a[3 * query + 1] as number) - (b[3 * row + 1] as number),
      (a[3 * query + 2] as number) - (b[3 * row + 2] as number),
    );
  }
}

function mean(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
