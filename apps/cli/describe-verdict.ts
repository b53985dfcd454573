import type { Judgement } from '#evaluation';
import type { Verdict } from '#generations';
import { table } from './output.js';

const TASKS = { sameProduct: 'same product', sameStyle: 'same style', sameStyleOtherColour: 'style, other colour' };
const BASELINES = { untrained: 'untrained heads', backbone: 'backbone alone', histogram: 'histogram alone' };
/** Categories that are shown: those that lose most. */
const CATEGORIES = 5;

const rate = (value: number | null | undefined) => (value == null ? '-' : value.toFixed(3));
const signed = (value: number) => `${value < 0 ? '-' : '+'}${rate(Math.abs(value))}`;
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

type Row = Judgement['overall'] & { isSureLoss?: boolean };

/** A verdict as a person reads it in a terminal. */
export function describeVerdict({ generation, against, judgement }: Verdict): string {
  const { outcome, reasons, holdout, tasks, categories, baselines, overall } = judgement;
  const row = (name: string, { styles, candidate, other, difference, interval95, isSureLoss }: Row) => [
    ...[name, styles, rate(candidate), rate(other), signed(difference), signed(interval95[0]), signed(interval95[1])],
    isSureLoss ? 'sure loss' : '',
  ];
  const found = table(
    ['hit rate at 1', 'styles', 'candidate', 'other', 'difference', '95 % from', 'to', ''],
    [
      row(`overall, against ${against}`, overall),
      ...tasks.map((task) => row(`  ${TASKS[task.task]}`, task)),
      ...categories.slice(0, CATEGORIES).map((slice) => row(`  ${slice.category ?? '(no category)'}`, slice)),
      ...baselines.map((one) => row(`against ${BASELINES[one.baseline]}`, one)),
    ],
  );
  const left = categories.length - CATEGORIES;
  return [
    `Generation ${generation} against ${against}: ${outcome}\n${reasons.join('\n')}`,
    `${holdout.photos} photos of ${holdout.styles} hold-out styles` +
      (holdout.leftOut > 0 ? `; ${holdout.leftOut} photos left out, without vector or features` : ''),
    left > 0 ? `${found}\n  (and ${left} categories that lose less, or gain)` : found,
    describeOthers(judgement),
    describeChurn(judgement),
  ].join('\n\n');
}

function describeOthers({ otherStyles: { candidate, active } }: Judgement): string {
  return table(
    ['other styles, top ten', 'candidate', 'active'],
    [
      ['same category', rate(candidate?.categoryAt10), rate(active?.categoryAt10)],
      ['same gender', rate(candidate?.genderAt10), rate(active?.genderAt10)],
      ['colour difference (Lab)', rate(candidate?.colourDifferenceAt10), rate(active?.colourDifferenceAt10)],
    ],
  );
}

function describeChurn({ churn, exposure }: Judgement): string {
  const { before, after } = exposure;
  const of = churn.asked < churn.products ? `${churn.asked} of ${churn.products} products` : `${churn.asked} products`;
  const shifts = exposure.categories
    .slice(0, CATEGORIES)
    .map(({ name, before: old, after: fresh }) => `${name ?? '(none)'} ${percent(old)} -> ${percent(fresh)}`);
  return [
    `Of ${of}, ${percent(churn.changedShare)} get another top ten; ${percent(churn.meanOverlap)} of its places stay.`,
    ...churn.examples.slice(0, 3).map(({ productId, overlap }) => `  ${productId}: ${percent(overlap)} stay`),
    `Shown anywhere: ${before.shown} -> ${after.shown} products; Gini ${rate(before.gini)} -> ${rate(after.gini)}.`,
    ...(shifts.length === 0 ? [] : [`By category: ${shifts.join(', ')}`]),
  ].join('\n');
}
