import type { TrainingMetrics } from '#datasets';
import { html, type Html, lineChart, type Section, type Series } from '#report';
import { type CardFacts, rate, TASKS } from '../card-facts.js';

/** Steps to each side that a point of a smooth line is the mean of. */
const SMOOTHED = 5;

type Step = TrainingMetrics['refitCurve'][number];

/** Learning curves of both passes. */
export function trainingSection({ metrics, manifest }: CardFacts): Section {
  return {
    id: 'training',
    title: 'Training',
    body: html`
      <p>
        Two linear heads on the features of a frozen backbone, one for shape and one for colour. The first pass sees the
        training styles only: validation styles decide whether it helped and after how many steps. The second pass takes
        those steps on training and validation styles together, and gives the heads that are served.
      </p>
      <p><strong>${manifest.reason}</strong></p>
      ${
        metrics.curve.length === 0
          ? html`<p class="note">Nothing was trained, so there are no learning curves.</p>`
          : curves(metrics)
      }
    `,
  };
}

function curves({ curve, refitCurve, validation }: TrainingMetrics): Html {
  const passes = [
    { name: 'First pass: judging', steps: curve },
    { name: 'Second pass: fitting', steps: refitCurve },
  ].filter(({ steps }) => steps.length > 0);
  const last = Math.max(1, ...passes.flatMap(({ steps }) => steps.map(({ step }) => step)));
  const x = { label: 'step', domain: [0, last] as const };
  const seriesOf = (figure: (step: Step) => number | null): Series[] =>
    passes.map(({ name, steps }) => {
      const points = steps.map((step) => ({ x: step.step, y: figure(step) }));
      return { name, points: smooth(points), behind: points };
    });
  const loss = seriesOf((step) => step.loss);
  const highest = Math.max(...curve.map((step) => step.loss ?? 0), ...refitCurve.map((step) => step.loss ?? 0));
  const measured = curve.flatMap(({ step, validation: figures }) => (figures === null ? [] : [{ step, figures }]));
  return html`<div class="charts">
      ${lineChart({
        title: 'Loss',
        description: `From ${rate(firstOf(curve, 'loss'))} to ${rate(lastOf(curve, 'loss'))} in the first pass.`,
        x,
        y: { label: 'loss', domain: [0, highest] },
        series: loss,
      })}
      ${lineChart({
        title: 'Active triplets',
        description: `Share of mined triplets that still violate their order: from ${rate(firstOf(curve, 'activeShare'))} to ${rate(lastOf(curve, 'activeShare'))} in the first pass.`,
        x,
        y: { label: 'share', domain: [0, 1] },
        series: seriesOf((step) => step.activeShare),
      })}
      ${lineChart({
        title: 'Validation, first pass',
        description: `hitRateAt1 on validation styles; the heads after step ${validation?.step ?? 0} were taken.`,
        x,
        y: { label: 'hitRateAt1', domain: [0, 1] },
        ...(validation === null ? {} : { rule: { x: validation.step } }),
        series: TASKS.map(({ key, name }) => ({
          name,
          points: measured.map(({ step, figures }) => ({ x: step, y: figures[key] })),
          hasMarks: true,
        })),
      })}
    </div>
    <p class="soft">
      Faint: single steps. Firm: the mean of ${2 * SMOOTHED + 1} steps around. Step 0 of validation is the untrained
      heads. ${validation !== null && `Dotted: step ${validation.step}, which validation chose.`}
      ${refitCurve.length === 0 && 'There was no second pass, or it was not written down.'}
    </p>`;
}

/** The mean of the points around; a gap stays a gap. */
function smooth(points: readonly { x: number; y: number | null }[]): { x: number; y: number | null }[] {
  return points.map(({ x, y }, at) => {
    const around = points.slice(Math.max(0, at - SMOOTHED), at + SMOOTHED + 1).flatMap((point) => point.y ?? []);
    return { x, y: y === null ? null : around.reduce((sum, value) => sum + value, 0) / around.length };
  });
}

type Figure = 'loss' | 'activeShare';
const firstOf = (curve: readonly Step[], figure: Figure) => curve.find((step) => step[figure] !== null)?.[figure];
const lastOf = (curve: readonly Step[], figure: Figure) => curve.findLast((step) => step[figure] !== null)?.[figure];
