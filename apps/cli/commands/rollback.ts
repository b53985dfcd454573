import { Command } from 'commander';
import { LARGEST_ID } from '#foundation';
import { GenerationService } from '#generations';
import { integerIn } from '../options.js';
import { print, printJson } from '../output.js';
import { COMMAND_LINE } from '../run-job.js';
import { withSession } from '../session.js';

export const rollbackCommand = new Command('rollback')
  .description('go back to a generation that was active before, in one transaction; twice, and it is as it was')
  .option('--to <generation>', 'its number; default: the one before the active one', integerIn(1, LARGEST_ID))
  .option('--by <name>', 'who wants it, for the audit log', COMMAND_LINE)
  .option('--json', 'print JSON on stdout')
  .action(({ to, by, json }: { to?: number; by: string; json?: true }) =>
    withSession(async ({ database }) => {
      const back = await new GenerationService(database.generations).rollBack(to ?? null, by);
      if (json) return printJson(back);
      print(`Generation ${back.generation} (model ${back.modelVersion}) is active.`);
    }),
  );
