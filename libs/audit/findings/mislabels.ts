import { Random } from '#foundation';
import type { AuditedCatalogue } from '../audited-catalogue.js';
import type { Draft, DraftedFinding } from '../draft.js';
import type { Labels } from '../labels.js';
import type { PhotoSpace } from '../photo-space.js';
import { quantile, spreadOf } from '../robust.js';
import { Judge, type Judgement } from './judge.js';

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
/** Share of its neighbours' votes below which a photo is out of place. */
const MOST_VOTES = 0.15;
const SEED = 1;

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
  const colours = sample.flatMap((row) => colourDistance(labels, space, row) ?? []);
  const usualColour = colours.length === 0 ? 0 : quantile(colours, 0.5);
  const drafts = [...judged.values()].flatMap((judgement): Draft[] => {
    const deviations = (marginOf(judgement) - median) / Math.max(deviation, 1e-6);
    if (deviations < LEAST_DEVIATIONS || (judgement.votes ?? 0) >= MOST_VOTES) return [];
    const isInColour = (colourDistance(labels, space, judgement.row) ?? Infinity) <= usualColour;
    return [draftOf(catalogue, labels, judgement, deviations, isInColour)];
  });
  return { ...finding, drafts };
}

function marginOf(judgement: Judgement | undefined): number {
  return judgement === undefined ? 0 : judgement.other - judgement.own;
}

function draftOf(
  { products }: AuditedCatalogue,
  labels: Labels,
  judgement: Judgement,
  deviations: number,
  isInColour: boolean,
): Draft {
  const { row, own, other, otherStyle, nearest, votes } = judgement;
  const [mine, theirs] = [labels.productsOf[row]?.[0] ?? 0, labels.productsOf[nearest]?.[0] ?? 0];
  const category = products[theirs]?.category;
  return {
    certainty: votes === null || isInColour ? 'possible' : 'likely',
    why:
      `Unlike every other photo of its style (${own.toFixed(2)}), like those of ${labels.styles[otherStyle]} ` +
      `(${other.toFixed(2)})${category == null ? '' : `, ${category}`}${isInColour ? ', but in the colours of its product' : ''}.`,
    photos: [row, nearest, ...(labels.photosOf[labels.styleOf[mine] as number] ?? []).filter((photo) => photo !== row)],
    products: [mine, theirs, ...(labels.members[labels.styleOf[mine] as number] ?? []).filter((at) => at !== mine)],
    measures: { own, other, deviations, ...(votes === null ? {} : { votes }) },
    weight: deviations,
  };
}

/** Distance of a photo's colour to the nearest of its product's other photos; null where it has none. */
function colourDistance({ productsOf, photosOf, styleOf }: Labels, space: PhotoSpace, row: number): number | null {
  const [product = 0] = productsOf[row] ?? [];
  const others = (photosOf[styleOf[product] as number] ?? []).filter(
    (other) => other !== row && space.isKnown[other] === 1 && (productsOf[other]?.includes(product) ?? false),
  );
  return others.length === 0 ? null : Math.min(...others.map((other) => space.colourDistance(row, other)));
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
