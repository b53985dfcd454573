import { Command } from 'commander';
import { auditReportSchema, type AuditReport } from '#audit';
import { print, printJson, table } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';

export const auditCommand = new Command('audit')
  .description('look for what is wrong with the catalogue: copies, contradictions, suspected mislabels and more')
  .option('--html <file>', 'also write a page with the pictures, which needs nothing else to be read')
  .option('--json', 'print JSON on stdout')
  .action((options: { html?: string; json?: true }) =>
    withSession(async (session) => {
      const run = await runJob(session, 'audit', {});
      const report = auditReportSchema.parse(run.result);
      if (options.json) return printJson({ job: run.id, ...report });
      print(describeAudit(report));
    }),
  );

/** A table of the findings, and what to do about each. */
export function describeAudit({ catalogue, findings, seconds }: AuditReport): string {
  const { products, styles, photos } = catalogue;
  const found = findings.filter(({ count }) => count > 0);
  const head = `${products} products of ${styles} styles with ${photos} photos, audited in ${seconds.toFixed(1)} s.`;
  if (found.length === 0) return `${head}\nNothing wrong was found.`;
  const rows = found.map(({ title, count, unit, certainty }) => [count, unit, title, certainty ?? '']);
  const details = found.map(({ title, advice, limit, examples }) =>
    [
      `${title}: ${advice}`,
      ...examples.slice(0, EXAMPLES).map(({ why, products: named }) => {
        const ids = named.slice(0, PRODUCTS).map(({ productId }) => productId);
        return `  ${ids.length === 0 ? '' : `${ids.join(', ')}: `}${why}`;
      }),
      ...(limit === null ? [] : [`  (${limit})`]),
    ].join('\n'),
  );
  return [head, '', table(['count', 'of', 'what', 'how sure'], rows), '', ...details].join('\n');
}

/** Examples of each finding, and products of each, that a terminal has room for. */
const EXAMPLES = 3;
const PRODUCTS = 3;
