import { Command } from 'commander';
import { auditReportSchema, type AuditReport } from '#audit';
import { type ImageId, messageOf, photoDirectory, photoFile, systemClock, WeftError, writeDurably } from '#foundation';
import { ImageRejected, readImageFile, thumbnail } from '#imaging';
import { resolve } from 'node:path';
import { auditPage } from '../audit-page.js';
import { print, printJson, table } from '../output.js';
import { runJob } from '../run-job.js';
import { type Session, withSession } from '../session.js';

export const auditCommand = new Command('audit')
  .description('look for what is wrong with the catalogue: copies, contradictions, suspected mislabels and more')
  .option('--html <file>', 'also write a page with the pictures, which needs nothing else to be read')
  .option('--json', 'print JSON on stdout')
  .action((options: { html?: string; json?: true }) =>
    withSession(async (session) => {
      const run = await runJob(session, 'audit', {});
      const report = auditReportSchema.parse(run.result);
      const file = options.html === undefined ? null : resolve(options.html);
      if (file !== null) await writePage(session, report, file);
      if (options.json) return printJson({ job: run.id, page: file, ...report });
      print(describeAudit(report));
      if (file !== null) print(`\nWith pictures: ${file}`);
    }),
  );

/** Width of the page's pictures, in pixels: sharp on screens of two pixels a point. */
const PICTURE_WIDTH = 256;

/** @throws WeftError `audit-unwritable` */
async function writePage(session: Session, report: AuditReport, file: string): Promise<void> {
  const pictures = new Map<string, Uint8Array | null>();
  const shown = report.findings.flatMap(({ examples }) => examples.flatMap(({ photos }) => photos));
  for (const { imageId } of shown) {
    if (!pictures.has(imageId)) pictures.set(imageId, await smallPicture(session, imageId as ImageId));
  }
  const page = auditPage(report, (imageId) => pictures.get(imageId) ?? null, systemClock.now());
  await writeDurably(file, new TextEncoder().encode(page)).catch((error: unknown) => {
    throw new WeftError('audit-unwritable', `The page cannot be written: ${messageOf(error)}`, {
      value: file,
      remedy: 'Name a file in a directory that you may write to: --html FILE',
    });
  });
}

/** null where the photo's file is gone or broken by now. */
async function smallPicture({ config, database }: Session, imageId: ImageId): Promise<Uint8Array | null> {
  const source = await database.catalog.imageSource(imageId);
  if (source === null) return null;
  try {
    const bytes = await readImageFile(photoFile(source, imageId, photoDirectory(config.home)));
    return (await thumbnail(bytes, PICTURE_WIDTH)).bytes;
  } catch (error) {
    if (error instanceof ImageRejected) return null;
    throw error;
  }
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
