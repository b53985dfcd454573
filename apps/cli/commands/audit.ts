import { Command } from 'commander';
import { auditReportSchema, type AuditReport } from '#audit';
import { type ImageId, messageOf, systemClock, WeftError, writeDurably } from '#foundation';
import type { Priority } from '#jobs';
import { resolve } from 'node:path';
import { auditPage } from '../audit-page.js';
import { priorityOption } from '../options.js';
import { print, printJson, table } from '../output.js';
import { runJob } from '../run-job.js';
import { type Session, withSession } from '../session.js';
import { smallPictures } from '../small-pictures.js';

export const auditCommand = new Command('audit')
  .description('look for what is wrong with the catalogue: copies, contradictions, suspected mislabels and more')
  .option('--html <file>', 'also write a page with the pictures, which needs nothing else to be read')
  .addOption(priorityOption())
  .option('--json', 'print JSON on stdout')
  .action((options: { html?: string; priority?: Priority; json?: true }) =>
    withSession(async (session) => {
      const run = await runJob(session, 'audit', {}, options);
      const report = auditReportSchema.parse(run.result);
      const file = options.html === undefined ? null : resolve(options.html);
      if (file !== null) await writePage(session, report, file);
      if (options.json) return printJson({ job: run.id, page: file, ...report });
      print(describeAudit(report));
      if (file !== null) print(`\nWith pictures: ${file}`);
    }),
  );

/** @throws WeftError `audit-unwritable` */
async function writePage(session: Session, report: AuditReport, file: string): Promise<void> {
  const shown = report.findings.flatMap(({ examples }) => examples.flatMap(({ photos }) => photos));
  const pictureOf = await smallPictures(
    session,
    shown.map(({ imageId }) => imageId as ImageId),
  );
  const page = auditPage(report, pictureOf, systemClock.now());
  await writeDurably(file, new TextEncoder().encode(page)).catch((error: unknown) => {
    throw new WeftError('audit-unwritable', `The page cannot be written: ${messageOf(error)}`, {
      value: file,
      remedy: 'Name a file in a directory that you may write to: --html FILE',
    });
  });
}

/** A table of the findings, and what to do about each. */
function describeAudit({ catalogue, findings, seconds }: AuditReport): string {
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
