import { Command } from 'commander';
import type { Quarantine } from '#catalog';
import { type JobId, WeftError } from '#foundation';
import { integerIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { type Session, withSession } from '../session.js';

export const quarantineCommand = new Command('quarantine')
  .description('show the rows and images that an import set aside, and why')
  .argument('[import]', 'id of the import job; default: the latest import')
  .option('--limit <number>', 'how many entries', integerIn(1, 10_000), 100)
  .option('--json', 'print JSON on stdout')
  .action((job: string | undefined, options: { limit: number; json?: true }) =>
    withSession(async (session) => {
      const id = await importOf(session, job);
      const quarantine = await session.database.catalog.quarantine(id, options.limit);
      if (options.json) return printJson({ job: id, ...quarantine });
      print(describeQuarantine(quarantine));
    }),
  );

async function importOf({ database }: Session, job: string | undefined): Promise<JobId> {
  const known = job === undefined ? await database.jobs.latest('import') : await database.jobs.find(job as JobId);
  if (known?.kind === 'import') return known.id;
  throw new WeftError(
    'import-unknown',
    job === undefined ? 'Nothing was imported yet.' : `There is no import ${job}.`,
    {
      value: job,
      remedy: job === undefined ? 'weft import FEED' : 'Leave the id out to see the latest import.',
    },
  );
}

/** A table of the entries, and how many more there are. */
export function describeQuarantine({ total, entries }: Quarantine): string {
  if (total === 0) return 'Nothing was set aside.';
  const rows = entries.map(({ row, field, value, message }) => [row, field, value.slice(0, 60), message]);
  const more = total > entries.length ? `\n... and ${total - entries.length} more` : '';
  return table(['row', 'field', 'value', 'why'], rows) + more;
}
