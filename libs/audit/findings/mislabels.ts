import { Random } from '#foundation';
import type { AuditedCatalogue } from '../audited-catalogue.js';
import type { Draft, DraftedFinding } from '../draft.js';
import type { Labels } from '../labels.js';
import type { PhotoSpace } from '../photo-space.js';
import { spreadOf } from '../robust.js';

/** Below this many photos with others of their style, what is usual in the catalogue cannot be told. */
const FEWEST_PHOTOS = 40;
/** Photos that show what is usual, and the most that are suspected: each is compared with the whole catalogue. */
const SAMPLE = 1_000;
const MOST_SUSPECTS = 5_000;
/** Share of the photos, those farthest from their own style, that are suspected where there are more than that. */
const SUSPECT_SHARE = 0.05;
/**
 * How unusual a photo must be: deviations from the median of how much nearer it is to another style than to its own. 3.5 is
 * Iglewicz and Hoaglin's bound for outliers (1993); on swapped labels 3 found half as many again at the same precision.
 */
const LEAST_DEVIATIONS = 3;
/** Styles that are asked for their category, and the share of their votes below which a photo is out of place. */
const VOTERS = 8;
const MOST_VOTES = 0.15;
const SEED = 1;

/** What speaks for and against a photo's style. */
interface Judgement {
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

/**
 * Photos that are far from all others of their style, near to two photos of another, and among garments of other categories.
 * Single photos of a style cannot be judged: there is nothing to be far from.
 *
 * @param excluded photos that other findings explain
 * @param pause awaited now and then
 */
export async function mislabelledPhotos(
  catalogue: AuditedCatalogue,
  labels: Labels,
  space: PhotoSpace,
  excluded: ReadonlySet<number>,
  pause: () => Promise<void>,
): Promise<DraftedFinding> {
  const own = ownSimilarities(labels, space, excluded);
  const judgeable = [...own.keys()];
  const alone = labels.photosOf.filter((photos) => photos.length === 1).length;
  const finding: Omit<DraftedFinding, 'drafts'> = {
    kind: 'mislabels',
    title: 'Photos that may belong to another product',
    unit: 'photos',
    advice:
      'Look at the photo beside its product: move it to the product that it shows, or leave it if it is an odd view.',
    limit: alone === 0 ? null : `${alone} styles have a single photo, which can be compared with no other.`,
  };
  if (judgeable.length < FEWEST_PHOTOS) {
    const limit = `Only ${judgeable.length} photos have others of their style; ${FEWEST_PHOTOS} show what is usual.`;
    return { ...finding, limit, drafts: [] };
  }
  const random = new Random(SEED);
  const sample = judgeable.length <= SAMPLE ? judgeable : random.shuffled(judgeable).slice(0, SAMPLE);
  const margins: number[] = [];
  const judge = new Judge(catalogue, labels, space, own);
  const judged = new Map<number, Judgement>();
  const ask = async (rows: readonly number[]) => {
    for (const [at, row] of rows.entries()) {
      if (!judged.has(row)) judged.set(row, judge.about(row));
      if (at % 16 === 15) await pause();
    }
  };
  await ask(sample);
  for (const row of sample) margins.push(marginOf(judged.get(row)));
  const { median, deviation } = spreadOf(margins);
  const most = Math.max(SAMPLE, Math.min(MOST_SUSPECTS, Math.ceil(judgeable.length * SUSPECT_SHARE)));
  const farthest = judgeable.sort((a, b) => (own.get(a) as number) - (own.get(b) as number)).slice(0, most);
  await ask(farthest);
  const drafts = [...judged.values()].flatMap((judgement): Draft[] => {
    const deviations = (marginOf(judgement) - median) / Math.max(deviation, 1e-6);
    if (deviations < LEAST_DEVIATIONS || (judgement.votes ?? 0) >= MOST_VOTES) return [];
    return [draftOf(catalogue, labels, judgement, deviations)];
  });
  return { ...finding, drafts };
}

function marginOf(judgement: Judgement | undefined): number {
  return judgement === undefined ? 0 : judgement.other - judgement.own;
}

function draftOf({ products }: AuditedCatalogue, labels: Labels, judgement: Judgement, deviations: number): Draft {
  const { row, own, other, otherStyle, nearest, votes } = judgement;
  const [mine, theirs] = [labels.productsOf[row]?.[0] ?? 0, labels.productsOf[nearest]?.[0] ?? 0];
  const category = products[theirs]?.category;
  return {
    certainty: votes === null ? 'possible' : 'likely',
    why:
      `Unlike every other photo of its style (${own.toFixed(2)}), like those of ${labels.styles[otherStyle]} ` +
      `(${other.toFixed(2)})${category == null ? '' : `, ${category}`}.`,
    photos: [row, nearest, ...(labels.photosOf[labels.styleOf[mine] as number] ?? []).filter((photo) => photo !== row)],
    products: [mine, theirs, ...(labels.members[labels.styleOf[mine] as number] ?? []).filter((at) => at !== mine)],
    measures: { own, other, deviations, ...(votes === null ? {} : { votes }) },
    weight: deviations,
  };
}

/** Of each photo that one style names and that has others beside it: the cosine to the nearest of them. */
function ownSimilarities(labels: Labels, space: PhotoSpace, excluded: ReadonlySet<number>): Map<number, number> {
  const own = new Map<number, number>();
  for (const [style, photos] of labels.photosOf.entries()) {
    const usable = photos.filter((row) => {
      const isOfThisStyle = labels.productsOf[row]?.every((at) => labels.styleOf[at] === style) ?? false;
      return isOfThisStyle && space.isKnown[row] === 1 && !excluded.has(row);
    });
    if (usable.length < 2) continue;
    for (const row of usable) {
      own.set(row, Math.max(...usable.map((other) => (other === row ? -1 : space.similarity(row, other)))));
    }
  }
  return own;
}

/** Compares photos with all others. */
class Judge {
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
