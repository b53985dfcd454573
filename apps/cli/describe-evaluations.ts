import type { Clustering, RecognitionOutcome, RetrievalReport, Separation, VerificationOutcome } from '#evaluation';
import { table } from './output.js';

/** One line of the answer: what was measured, and the figures. `dial` is null where vectors have no two parts. */
export interface Evaluation extends RetrievalReport {
  model: string;
  dial: number | null;
  /** Whose mean is the origin: that of the photos that the model was fitted on, as an index of it has, or of those searched. */
  centre: 'model' | 'searched';
  separation: Separation;
  clustering: Clustering;
  /** By what the model was calibrated to, whatever the dial; null where it was not, and for what is no trained model. */
  matching: { verification: VerificationOutcome; recognition: RecognitionOutcome | null } | null;
}

const rate = (value: number | null | undefined) => (value == null ? '-' : value.toFixed(3));

/** Tables for a terminal. */
export function describeEvaluations(evaluations: Evaluation[]): string {
  const [first] = evaluations;
  if (first === undefined) return '';
  const tasks = ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const;
  const retrieval = table(
    ['dial', 'task', 'queries', 'hit@1', '95 % from', 'to', 'hit@5', 'hit@10', 'R-prec', 'MAP@R'],
    evaluations.flatMap((evaluation) =>
      tasks.map((task) => {
        const figures = evaluation[task];
        return [
          evaluation.dial ?? '-',
          task,
          figures?.queries ?? 0,
          rate(figures?.hitRateAt1),
          rate(figures?.interval95[0]),
          rate(figures?.interval95[1]),
          rate(figures?.hitRateAt5),
          rate(figures?.hitRateAt10),
          rate(figures?.rPrecision),
          rate(figures?.mapAtR),
        ];
      }),
    ),
  );
  const others = table(
    ['dial', 'same category in top 10', 'same gender', 'colour difference (Lab)'],
    evaluations.map(({ dial, otherStyles }) => [
      dial ?? '-',
      rate(otherStyles?.categoryAt10),
      rate(otherStyles?.genderAt10),
      rate(otherStyles?.colourDifferenceAt10),
    ]),
  );
  const groups = table(
    ['dial', 'AUC', 'other colours', 'other styles', 'TAR at FAR .1', '.01', '.001', 'NMI products', 'styles'],
    evaluations.map(({ dial, separation, clustering }) => [
      dial ?? '-',
      rate(separation.auc),
      rate(separation.aucOtherColours),
      rate(separation.aucOtherStyles),
      ...separation.tarAtFar.map(({ trueAcceptRate }) => rate(trueAcceptRate)),
      rate(clustering.nmiOfProducts),
      rate(clustering.nmiOfStyles),
    ]),
  );
  return [
    `Model ${first.model}, centred on ${first.centre === 'model' ? 'the photos it was fitted on' : 'the photos searched'}\n${retrieval}`,
    `Other styles, as shoppers see them:\n${others}`,
    `Pairs of photos, same product against the rest, and clusters:\n${groups}`,
    ...(first.matching === null ? [] : [describeVerification(first.matching.verification)]),
    ...(first.matching?.recognition == null ? [] : [describeRecognition(first.matching.recognition)]),
  ].join('\n\n');
}

function describeVerification({ reliability, thresholds }: VerificationOutcome): string {
  const accepted = table(
    ['set for FAR', 'same product', 'other colour', 'other style'],
    thresholds.map(({ falseAcceptRate, measured }) => [
      falseAcceptRate,
      rate(measured?.sameProduct),
      rate(measured?.otherColours),
      rate(measured?.otherStyles),
    ]),
  );
  const figures = [
    ['ECE', reliability?.ece],
    ['Brier score', reliability?.brier],
    ['log loss', reliability?.logLoss],
  ] as const;
  const calibration = figures.map(([name, value]) => `${name} ${rate(value)}`).join(', ');
  return `Verification, as calibrated (${calibration}); share accepted:\n${accepted}`;
}

function describeRecognition(outcome: RecognitionOutcome): string {
  const { gallery, known, unknown, rankOne, recognised, confused, refusedRight, acceptedWrong } = outcome;
  return [
    `Recognition among ${gallery} photos:`,
    `${known} of known products: right first ${rate(rankOne)}; recognised ${rate(recognised)}, ` +
      `confused ${rate(confused)}, refused although right ${rate(refusedRight)}`,
    `${unknown} of products taken out: named all the same ${rate(acceptedWrong)}`,
  ].join('\n');
}
