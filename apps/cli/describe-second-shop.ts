import type { SecondShopResult } from '#jobs';
import { table } from './output.js';

const TASKS = ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const;

/** Both shops' hold-out styles before and after the second shop joined the training. */
export function describeSecondShop({ feed, photos, counts, leftOut, holdout, firstShop }: SecondShopResult): string {
  const styles = counts.train.styles + counts.validation.styles;
  const left = [
    ...(leftOut.rows > 0 ? [`${leftOut.rows} rows that cannot be used`] : []),
    ...(leftOut.images > 0 ? [`${leftOut.images} images that cannot be used`] : []),
    ...(leftOut.shared > 0 ? [`${leftOut.shared} photos that the catalogue has, too`] : []),
  ];
  const lines = [
    `Second shop ${feed}: ${photos} photos; ${styles} styles trained on, ${counts.holdout.styles} asked.` +
      (left.length === 0 ? '' : ` Left out: ${left.join(', ')}.`),
  ];
  if (holdout === null) lines.push('None of its styles is held out, so nothing can be said of it.');
  else {
    const { before, recentred, after, afterMinusBefore } = holdout;
    lines.push(
      table(
        [
          'hit@1 of the second shop',
          'queries',
          'first shop alone',
          'about own centre',
          'trained on both',
          'gain',
          '95 % from',
          'to',
        ],
        TASKS.map((task) => [
          task,
          before[task]?.queries ?? 0,
          ...[before, recentred, after].map((report) => rate(report[task]?.hitRateAt1)),
          ...gain(afterMinusBefore[task]),
        ]),
      ),
    );
  }
  if (firstShop !== null) {
    const { before, after, afterMinusBefore } = firstShop;
    lines.push(
      table(
        ['hit@1 of the first shop', 'queries', 'alone', 'trained on both', 'gain', '95 % from', 'to'],
        TASKS.map((task) => [
          task,
          before[task]?.queries ?? 0,
          ...[before, after].map((report) => rate(report[task]?.hitRateAt1)),
          ...gain(afterMinusBefore[task]),
        ]),
      ),
    );
  }
  return lines.join('\n');
}

function gain(of: { difference: number; interval95: [number, number] } | null): string[] {
  return of === null ? ['-', '-', '-'] : [of.difference, ...of.interval95].map((value) => value.toFixed(3));
}

const rate = (value: number | undefined) => value?.toFixed(3) ?? '-';
