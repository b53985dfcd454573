import { Command } from 'commander';
import type { Priority } from '#jobs';
import { DIFFERENCES, type RefreshReport, refreshReportSchema } from '#repair';
import { priorityOption } from '../options.js';
import { print, printJson, table } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';

export const refreshCommand = new Command('refresh')
  .description(
    'compare catalogue, features, models and every kept generation, and close each difference: what runs every night',
  )
  .addOption(priorityOption())
  .option('--json', 'print JSON on stdout')
  .action(({ json: asJson, priority }: { json?: true; priority?: Priority }) =>
    withSession(async (session) => {
      const run = await runJob(session, 'refresh', {}, { priority });
      const report = refreshReportSchema.parse(run.result);
      if (asJson) return printJson({ job: run.id, ...report });
      print(describeRefresh(report));
    }),
  );

/** A table of what was found, and why what is open is open. */
function describeRefresh({ examined, differences, seconds }: RefreshReport): string {
  const { products, photos, generations } = examined;
  const all = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  const kept = generations.length === 0 ? 'no generation' : `generations ${generations.join(', ')}`;
  const head = `${products} products, ${photos} photos and ${kept} compared in ${all.toFixed(1)} s.`;
  if (differences.length === 0) return `${head}\nNothing had come apart.`;
  const rows = differences.map(({ kind, generation, found, closed, examples }) => [
    ...[found, closed, DIFFERENCES[kind], generation === null ? '' : String(generation)],
    `${examples[0] ?? ''}${found > 1 ? ', ...' : ''}`,
  ]);
  const open = differences.flatMap((one) =>
    one.open.map(({ what, why }) => `Open: ${DIFFERENCES[one.kind]}: ${what}. ${why}`),
  );
  return [head, table(['found', 'closed', 'what', 'generation', 'for example'], rows), ...open].join('\n');
}
