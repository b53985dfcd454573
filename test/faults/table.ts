import { type Fault, FAULT_NAMES, FAULTS, WORKS } from './faults.js';
import type { Instant } from './plan.js';

/** What came of an instant. */
export interface Outcome extends Instant {
  /** Whether there was anything to hit, and the work was not done yet. */
  hit: boolean;
  attempts: number;
  /** From the fault to the end of the work. */
  seconds: number;
}

/** One row a fault, one column a kind of work; in each cell how many instants, how many of them hit, and the longest recovery. */
export function tableOf(outcomes: readonly Outcome[], impossible: ReadonlyMap<Fault, string>): string {
  const header = ['fault', ...WORKS, 'all'];
  const rows = FAULTS.filter((fault) => !impossible.has(fault)).map((fault) => {
    const ofFault = outcomes.filter((one) => one.fault === fault);
    return [
      FAULT_NAMES[fault],
      ...WORKS.map((work) => cell(ofFault.filter((one) => one.work === work))),
      cell(ofFault),
    ];
  });
  const all = ['all', ...WORKS.map((work) => cell(outcomes.filter((one) => one.work === work))), cell(outcomes)];
  const notHere = [...impossible].map(([fault, why]) => `NOT TRIED: ${FAULT_NAMES[fault]}: ${why}.`);
  return [
    'Instants / of which in the middle of the work / longest from the fault to the end of the work, seconds:',
    ...aligned([header, ...rows, all]),
    ...notHere,
  ].join('\n');
}

function cell(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '-';
  const worst = Math.max(...outcomes.map(({ seconds }) => seconds));
  return `${outcomes.length} / ${outcomes.filter(({ hit }) => hit).length} / ${worst.toFixed(1)}`;
}

function aligned(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) =>
    row.map((text, at) => (at === 0 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!))).join('   '),
  );
}
