import type { TrainingMetrics } from '#datasets';
import { dataTable, html, type Html, lineChart, type Section } from '#report';
import { type CardFacts, count, rate } from '../card-facts.js';

type Matching = NonNullable<TrainingMetrics['matching']>;
type Verification = NonNullable<Matching['holdout']>['verification'];

/** Whether a stated probability of "the same product" can be believed. */
export function calibrationSection({ metrics }: CardFacts): Section {
  const { matching } = metrics;
  const title = 'Calibration';
  if (matching === null) {
    return {
      id: 'calibration',
      title,
      body: html`<p class="note">
        This model states no probabilities: the validation styles were too few to calibrate on, or it was trained before
        Weft calibrated.
      </p>`,
    };
  }
  const { verifier, holdout } = matching;
  return {
    id: 'calibration',
    title,
    body: html`
      <p>
        How likely it is that two photos show the same product, from their similarity by part. Fitted on
        ${count(verifier.pairs.sameProduct, 'pair')} of one product and
        ${count(verifier.pairs.sameStyleOtherColour + verifier.pairs.otherStyles, 'other pair')} of validation styles;
        measured on hold-out styles. ${verifier.reason}
      </p>
      ${
        holdout === null
          ? html`<p class="note">No style was held out, so nothing independent says how far these can be believed.</p>`
          : html`${reliability(holdout.verification)} ${thresholds(holdout.verification, matching)}`
      }
    `,
  };
}

function reliability({ reliability: found, separation }: Verification): Html {
  if (found === null) return html`<p class="note">The hold-out has no pairs of both sorts to measure it on.</p>`;
  const bins = found.bins.filter(({ pairs }) => pairs > 0);
  const points = bins.flatMap(({ stated, observed }) => (stated === null ? [] : [{ x: stated, y: observed }]));
  return html`<div class="charts">
      ${lineChart({
        title: 'Reliability',
        description: `Observed share over stated probability in ${count(bins.length, 'bin')}; the dotted diagonal is perfect. Expected calibration error ${rate(found.ece)}.`,
        x: { label: 'stated probability', domain: [0, 1] },
        y: { label: 'observed share', domain: [0, 1] },
        rule: 'diagonal',
        series: [{ name: 'Hold-out pairs', points, hasMarks: true }],
      })}
      <dl>
        <dt>Expected calibration error</dt>
        <dd>${rate(found.ece)}</dd>
        <dt>Brier score</dt>
        <dd>${rate(found.brier)}</dd>
        <dt>Log loss</dt>
        <dd>${rate(found.logLoss)}</dd>
        <dt>AUC</dt>
        <dd>${rate(separation.auc)}</dd>
      </dl>
    </div>
    <details>
      <summary>The bins</summary>
      ${dataTable('Stated and observed, bin by bin', {
        caption: 'Observed: by the weight of each sort of pairs. Bins with few pairs say little.',
        columns: [
          { name: 'Probability', cell: ({ from, to }) => `${from.toFixed(1)} to ${to.toFixed(1)}` },
          { name: 'Pairs', cell: ({ pairs }) => pairs, isNumber: true },
          { name: 'Stated', cell: ({ stated }) => rate(stated), isNumber: true },
          { name: 'Observed', cell: ({ observed }) => rate(observed), isNumber: true },
        ],
        rows: found.bins,
        emphasis: ({ pairs }) => (pairs < FEW_PAIRS ? 'few' : null),
      })}
    </details>`;
}

/** A bin of fewer pairs is greyed. */
const FEW_PAIRS = 20;

function thresholds({ thresholds: outcomes }: Verification, { verifier }: Matching): Html {
  return html`<h3>Thresholds</h3>
    ${dataTable('Thresholds of verification and what they accept', {
      caption: 'Each was set on validation styles for a rate of false acceptance; the shares are of hold-out pairs.',
      columns: [
        { name: 'Set for', cell: ({ falseAcceptRate }) => falseAcceptRate, isNumber: true },
        {
          name: 'Probability from',
          cell: ({ falseAcceptRate }) =>
            rate(verifier.thresholds.find((known) => known.falseAcceptRate === falseAcceptRate)?.probability),
          isNumber: true,
        },
        { name: 'Same product', cell: ({ measured }) => rate(measured?.sameProduct), isNumber: true },
        { name: 'Same style, other colour', cell: ({ measured }) => rate(measured?.otherColours), isNumber: true },
        { name: 'Other styles', cell: ({ measured }) => rate(measured?.otherStyles), isNumber: true },
      ],
      rows: outcomes,
    })}`;
}
