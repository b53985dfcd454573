import type { AuditedCatalogue } from '../audited-catalogue.js';
import type { Labels } from '../labels.js';
import type { PhotoSpace } from '../photo-space.js';

/** Styles that are asked for their category. */
const VOTERS = 8;

/** What speaks for and against a photo's style. */
export interface Judgement {
  row: number;
  /** Cosine to the nearest photo of its own style. */
  own: number;
  /** Mean cosine to the two nearest photos of the best other style. One alone may be another odd view. */
  other: number;
  otherStyle: number;
  nearest: number;
  /** Share of the nearest styles' votes that its own category gets; null where it has none. */
  votes: number | null;
}

/** Compares photos with all others: 64 multiplications a pair. */
export class Judge {
  private readonly best: Float32Array; // [styles]
  private readonly second: Float32Array; // [styles]
  private readonly nearest: Int32Array; // [styles]
  /** Photos that are compared with: the styles of each, flat. */
  private readonly rows: number[] = [];
  private readonly styles: number[] = [];

  constructor(
    private readonly catalogue: AuditedCatalogue,
    private readonly labels: Labels,
    private readonly space: PhotoSpace,
    private readonly own: ReadonlyMap<number, number>,
  ) {
    this.best = new Float32Array(labels.styles.length);
    this.second = new Float32Array(labels.styles.length);
    this.nearest = new Int32Array(labels.styles.length);
    labels.photosOf.forEach((photos, style) => {
      for (const row of photos) {
        if (space.isKnown[row] !== 1) continue;
        this.rows.push(row);
        this.styles.push(style);
      }
    });
  }

  about(row: number): Judgement {
    const { best, second, nearest, labels } = this;
    best.fill(-1);
    second.fill(-1);
    const ownStyle = labels.styleOf[labels.productsOf[row]?.[0] ?? 0] as number;
    for (let at = 0; at < this.rows.length; at += 1) {
      const style = this.styles[at] as number;
      if (style === ownStyle) continue;
      const similarity = this.space.similarity(row, this.rows[at] as number);
      if (similarity > (best[style] as number)) {
        second[style] = best[style] as number;
        best[style] = similarity;
        nearest[style] = this.rows[at] as number;
      } else if (similarity > (second[style] as number)) second[style] = similarity;
    }
    let otherStyle = 0;
    let other = -1;
    for (let style = 0; style < best.length; style += 1) {
      const mean = ((best[style] as number) + (second[style] as number)) / 2;
      if (mean > other) [otherStyle, other] = [style, mean];
    }
    const own = this.own.get(row) as number;
    return { row, own, other, otherStyle, nearest: nearest[otherStyle] as number, votes: this.votes(row) };
  }

  /** The nearest styles vote for their category, by the square of their similarity. */
  private votes(row: number): number | null {
    const own = this.categoryOf(row);
    if (own === null) return null;
    const voters: number[] = [];
    for (let style = 0; style < this.best.length; style += 1) {
      const similarity = this.best[style] as number;
      if (similarity <= 0) continue;
      const last = voters[VOTERS - 1];
      if (last !== undefined && similarity <= (this.best[last] as number)) continue;
      const at = voters.findIndex((voter) => (this.best[voter] as number) < similarity);
      voters.splice(at < 0 ? voters.length : at, 0, style);
      voters.length = Math.min(voters.length, VOTERS);
    }
    let [all, forOwn] = [0, 0];
    for (const voter of voters) {
      const vote = (this.best[voter] as number) ** 2;
      all += vote;
      if (this.categoryOf(this.nearest[voter] as number) === own) forOwn += vote;
    }
    return all === 0 ? null : forOwn / all;
  }

  private categoryOf(row: number): string | null {
    const [product = -1] = this.labels.productsOf[row] ?? [];
    return this.catalogue.products[product]?.category ?? null;
  }
}
