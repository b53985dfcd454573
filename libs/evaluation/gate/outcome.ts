import { normalQuantile } from '#statistics';
import type { Judgement, Outcome } from './judgement.js';

type Judged = Pick<Judgement, 'margin' | 'categoryMargin' | 'overall' | 'tasks' | 'categories' | 'baselines'>;

const WORDS = {
  sameProduct: 'other photos of the product',
  sameStyle: 'photos of the style',
  sameStyleOtherColour: 'the style in another colour',
  untrained: 'the untrained heads',
  backbone: 'the backbone alone',
  histogram: 'the colour histogram alone',
} as const;

/**
 * What the figures come to, in the order in which they decide: a sure loss overall, of a task, of a category or against a baseline
 * is worse; a sure gain is better; a loss beyond the margin that is ruled out is no worse; else nothing is known.
 *
 * @param standardError of the overall difference
 */
export function outcomeOf(
  judged: Judged,
  standardError: number,
): Pick<Judgement, 'outcome' | 'reasons' | 'stylesNeeded'> {
  const { margin, overall } = judged;
  const [low, high] = overall.interval95;
  const losses = [
    ...(high < 0 ? [`It finds less than the active model: ${figures(overall)}.`] : []),
    ...judged.tasks
      .filter(({ isSureLoss }) => isSureLoss)
      .map((task) => `It finds ${WORDS[task.task]} less often: ${figures(task)}.`),
    ...judged.categories
      .filter(({ isSureLoss }) => isSureLoss)
      .map((slice) => `It finds less in ${slice.category ?? 'products without a category'}: ${figures(slice)}.`),
    ...judged.baselines
      .filter(({ isSureLoss }) => isSureLoss)
      .map((one) => `It finds less than ${WORDS[one.baseline]}: ${figures(one)}.`),
  ];
  if (losses.length > 0) return { outcome: 'worse', reasons: losses, stylesNeeded: null };
  const said = (outcome: Outcome, sentence: string, stylesNeeded: number | null = null) => ({
    ...{ outcome, reasons: [sentence, ...worstCategory(judged)], stylesNeeded },
  });
  if (low > 0) return said('better', `It finds more than the active model: ${figures(overall)}.`);
  if (low >= -margin) {
    return said('no-worse', `A loss of more than ${rate(margin)} is ruled out: ${figures(overall)}.`);
  }
  const stylesNeeded = neededStyles(overall.styles, standardError, margin);
  return said(
    'undecided',
    `${overall.styles} hold-out styles cannot tell it from the active model: ${figures(overall)}. ` +
      `To rule out a loss of ${rate(margin)} takes about ${stylesNeeded} if both are equal.`,
    stylesNeeded,
  );
}

/** So many that the lower end of the interval of two equal models is above the margin in four of five cases. */
function neededStyles(styles: number, standardError: number, margin: number): number {
  const reach = (normalQuantile(0.975) + normalQuantile(0.8)) * standardError;
  return Math.ceil(styles * (reach / margin) ** 2);
}

/** The category that loses most, where one does: no verdict, but what a person looks at first. */
function worstCategory({ categories: [worst] }: Judged): string[] {
  if (worst === undefined || worst.difference >= 0) return [];
  return [`The category that loses most, which may be chance, is ${worst.category ?? '(none)'}: ${figures(worst)}.`];
}

function figures({ candidate, other, difference, interval95: [low, high], styles }: Judgement['overall']): string {
  return (
    `${rate(candidate)} against ${rate(other)}, a difference of ${signed(difference)} ` +
    `(95 % from ${signed(low)} to ${signed(high)}; ${styles} styles)`
  );
}

const rate = (value: number) => value.toFixed(3);
const signed = (value: number) => `${value < 0 ? '-' : '+'}${rate(Math.abs(value))}`;
