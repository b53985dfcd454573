import { Command } from 'commander';
import { ExperimentService } from '#experiments';
import { systemClock } from '#foundation';
import { unusedParts } from '#provision';
import { collect, leftoverAt, type Sweep, type SweepResult, sweeps } from '#retention';
import { extractorsOf } from '../extractors.js';
import { integerIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { withSession } from '../session.js';

interface GcOptions {
  dryRun?: true;
  keepModels: number;
  keepDays: number;
  parts?: true;
  json?: true;
}

export const gcCommand = new Command('gc')
  .description('remove what nothing needs any more: never what is served, what a rollback needs, or what a job uses')
  .option('--dry-run', 'say what would be removed, and remove nothing')
  .option('--keep-models <number>', 'newest models without vectors to keep', integerIn(0, 1_000), 5)
  .option('--keep-days <number>', 'how long finished jobs and their quarantine are kept', integerIn(0, 36_500), 90)
  .option('--parts', 'remove native parts of other versions from WEFT_CACHE, too; other checkouts may share it')
  .option('--json', 'print JSON on stdout')
  .action((options: GcOptions) =>
    withSession(async ({ config, artifacts, database }) => {
      const dryRun = options.dryRun ?? false;
      const letGo = await database.retention.holdUpkeep();
      try {
        if (!dryRun) {
          await database.retention.clearAbandonedBuilds();
          await new ExperimentService(database.experiments, database.generations, systemClock).settle();
        }
        const all = sweeps({
          artifacts,
          store: database.retention,
          generations: database.generations,
          jobs: database.jobs,
          clock: systemClock,
          keepGenerations: config.keepGenerations,
          keepModels: options.keepModels,
          keepDays: options.keepDays,
          keepEventDays: config.eventDays,
          extractorIds: await extractorsOf(config),
        });
        if (options.parts) all.push(partsOf(unusedParts(config)));
        const results = await collect(all, database.jobs, { dryRun });
        const bytes = results.reduce((sum, result) => sum + result.bytes, 0);
        if (options.json) return printJson({ dryRun, bytes, kinds: results });
        print(describeGc(results, bytes, dryRun));
      } finally {
        await letGo();
      }
    }),
  );

function partsOf(directories: string[]): Sweep {
  return {
    kind: 'native parts of other versions',
    jobs: ['import', 'train', 'embed'],
    find: async function* () {
      for (const path of directories) {
        const part = await leftoverAt(path);
        if (part !== null) yield part;
      }
    },
  };
}

function describeGc(results: SweepResult[], bytes: number, dryRun: boolean): string {
  const rows = results.map(({ kind, count, bytes: freed, examples }) => [
    kind,
    count,
    (freed / 1e6).toFixed(1),
    examples[0] === undefined ? '' : `${examples[0]}${count > 1 ? ', ...' : ''}`,
  ]);
  return [
    table(['kind', 'found', 'MB', 'for example'], rows),
    ...results.flatMap(({ kind, left }) => (left === null ? [] : [`Left: ${kind}. ${left}`])),
    `${(bytes / 1e6).toFixed(1)} MB ${dryRun ? 'would be freed; nothing was removed' : 'freed'}.`,
  ].join('\n');
}
