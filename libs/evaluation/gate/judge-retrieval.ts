import { Random } from '#foundation';
import { normalQuantile } from '#statistics';
import { LEAST_STYLES_OF_CATEGORY } from '../by-category.js';
import { measureRetrieval, type RetrievalOutcomes } from '../retrieval.js';
import type { RetrievalSet } from '../retrieval-set.js';
import { GATE_BASELINES, type GateBaseline, type Judgement } from './judgement.js';
import { outcomeOf } from './outcome.js';
import { pairedGain } from './paired-gain.js';
import { type StyleDifferences, styleDifferences, TASKS } from './style-differences.js';

/** The loss of hit rate that is tolerated where it cannot be told from none. */
export const MARGIN = 0.02;
/** The loss of hit rate that is tolerated in one category: a gain elsewhere may be worth it. */
export const CATEGORY_MARGIN = 0.05;
/** What is looked at besides the whole shares this chance of being called a sure loss without being one. */
const CHANCE_OF_ALARM = 0.025;
/** Every interval is drawn with the same seed, so that equal outcomes have equal intervals. */
const SEED = 1;

/** A model's photos as they are asked and searched. */
export interface GateModel {
  queries: RetrievalSet;
  gallery: RetrievalSet;
  dim: number;
}

/** What of a judgement concerns retrieval. */
export type RetrievalJudgement = Pick<
  Judgement,
  | 'outcome'
  | 'reasons'
  | 'margin'
  | 'categoryMargin'
  | 'overall'
  | 'stylesNeeded'
  | 'tasks'
  | 'categories'
  | 'baselines'
  | 'otherStyles'
>;

type Comparison = Judgement['overall'];

/**
 * Judges a candidate by what it finds among the hold-out photos, beside the active model and the baselines.
 *
 * @param models of the same photos in the same order
 * @param baselines with the candidate on the photos that they were measured on: all, or some of them where there are many
 * @returns null where no photo has anything to find
 */
export function judgeRetrieval(
  models: { candidate: GateModel; active: GateModel },
  baselines: { candidate: GateModel; models: Record<GateBaseline, GateModel> },
): RetrievalJudgement | null {
  const candidate = measureRetrieval(models.candidate);
  const isWhole = baselines.candidate === models.candidate;
  return judgeOutcomes(models.candidate.queries.categories, candidate, measureRetrieval(models.active), {
    candidate: isWhole ? candidate : measureRetrieval(baselines.candidate),
    models: {
      untrained: measureRetrieval(baselines.models.untrained),
      backbone: measureRetrieval(baselines.models.backbone),
      histogram: measureRetrieval(baselines.models.histogram),
    },
  });
}

/**
 * As {@link judgeRetrieval}, of what was found.
 *
 * @param categories of the photos that were asked with
 */
export function judgeOutcomes(
  categories: RetrievalSet['categories'],
  candidate: RetrievalOutcomes,
  active: RetrievalOutcomes,
  baselines: { candidate: RetrievalOutcomes; models: Record<GateBaseline, RetrievalOutcomes> },
): RetrievalJudgement | null {
  const overall = compare(styleDifferences(candidate, active));
  if (overall === null) return null;
  const parts = {
    tasks: TASKS.flatMap((task) => {
      const figures = compare(styleDifferences(candidate, active, { names: [task] }));
      return figures === null ? [] : [{ task, ...figures }];
    }),
    categories: compareCategories(categories, candidate, active),
    baselines: GATE_BASELINES.flatMap((baseline) => {
      const figures = compare(styleDifferences(baselines.candidate, baselines.models[baseline]));
      return figures === null ? [] : [{ baseline, ...figures }];
    }),
  };
  const looks = parts.tasks.length + parts.categories.length + parts.baselines.length;
  const z = normalQuantile(1 - CHANCE_OF_ALARM / looks);
  const marked = <T extends Measured>(figures: T[], tolerated: number) =>
    figures.map(({ standardError, ...rest }) => ({
      ...rest,
      isSureLoss: rest.difference + z * standardError < -tolerated,
    }));
  const { standardError, ...wholly } = overall;
  const judged = {
    ...{ margin: MARGIN, categoryMargin: CATEGORY_MARGIN, overall: wholly },
    tasks: marked(parts.tasks, MARGIN),
    categories: marked(parts.categories, CATEGORY_MARGIN).sort((a, b) => a.difference - b.difference),
    baselines: marked(parts.baselines, 0),
    otherStyles: { candidate: candidate.otherStyles, active: active.otherStyles },
  };
  return { ...outcomeOf(judged, standardError), ...judged };
}

type Measured = Comparison & { standardError: number };

function compare(differences: StyleDifferences): Measured | null {
  const gain = pairedGain(differences, new Random(SEED));
  if (gain === null) return null;
  const { tasks, styles } = differences;
  const mean = (figure: 'candidate' | 'other') => tasks.reduce((sum, task) => sum + task[figure], 0) / tasks.length;
  return {
    styles,
    queries: Math.max(...tasks.map(({ queries }) => queries)),
    ...{ candidate: mean('candidate'), other: mean('other') },
    ...gain,
  };
}

/** Categories with enough styles to show anything. The gallery is everything, so that a category taken for another shows. */
function compareCategories(
  categories: RetrievalSet['categories'],
  candidate: RetrievalOutcomes,
  active: RetrievalOutcomes,
) {
  return [...new Set(categories)].flatMap((category) => {
    const isCounted = (query: number) => categories[query] === category;
    const figures = compare(styleDifferences(candidate, active, { isCounted }));
    return figures === null || figures.styles < LEAST_STYLES_OF_CATEGORY ? [] : [{ category, ...figures }];
  });
}
