import type { VerificationOutcome } from '#evaluation';
import { dataTable, html, lineChart, renderPage } from '#report';

type Reliability = NonNullable<VerificationOutcome['reliability']>;

const digits = (value: number | null) => (value === null ? '-' : value.toFixed(3));

/** A reliability diagram (DeGroot and Fienberg, 1983) with its figures, as one self-contained page. */
export function reliabilityPage(model: string, { bins, ece, brier, logLoss }: Reliability): string {
  const points = bins.flatMap(({ stated, observed }) => (stated === null ? [] : [{ x: stated, y: observed }]));
  const share = { domain: [0, 1] } as const;
  const chart = lineChart({
    title: 'Stated and observed',
    description: 'On the dotted diagonal, what is stated is what comes true; below it, probabilities are too high.',
    x: { ...share, label: 'stated probability' },
    y: { ...share, label: 'observed share' },
    series: [{ name: 'same product', points, hasMarks: true }],
    rule: 'diagonal',
  });
  const rows = dataTable('Bins', {
    caption: 'Half of the weight are pairs of one product; the rest are other colours of its style and other styles.',
    columns: [
      { name: 'stated from', cell: ({ from }) => from.toFixed(1) },
      { name: 'to', cell: ({ to }) => to.toFixed(1), isNumber: true },
      { name: 'pairs', cell: ({ pairs }) => String(pairs), isNumber: true },
      { name: 'share of weight', cell: (bin) => digits(bin.share), isNumber: true },
      { name: 'stated', cell: ({ stated }) => digits(stated), isNumber: true },
      { name: 'observed', cell: ({ observed }) => digits(observed), isNumber: true },
    ],
    rows: bins,
    emphasis: ({ pairs }) => (pairs < 10 ? 'few' : null),
  });
  return renderPage({
    title: 'Can the probabilities be believed?',
    kind: `Verification by model ${model}`,
    lead: html`<p>ECE ${digits(ece)}, Brier score ${digits(brier)}, log loss ${digits(logLoss)}.</p>`,
    sections: [{ id: 'reliability', title: 'Reliability', body: html`${chart} ${rows}` }],
    foot: html`<p>weft evaluate --model ${model} --reliability FILE</p>`,
  });
}
