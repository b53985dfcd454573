import { Command } from 'commander';
import { GenerationService } from '#generations';
import { integerIn } from '../options.js';
import { print, printJson } from '../output.js';
import { withSession } from '../session.js';

export const promoteCommand = new Command('promote')
  .description('serve a ready generation from now on; the active one is retired, in one transaction')
  .argument('<generation>', 'number of the generation, as `weft embed` printed it', integerIn(1, 2 ** 31 - 1))
  .option('--json', 'print JSON on stdout')
  .action((generation: number, options: { json?: true }) =>
    withSession(async ({ database }) => {
      const promoted = await new GenerationService(database.generations).promote(generation);
      if (options.json) return printJson(promoted);
      print(`Generation ${promoted.generation} (model ${promoted.modelVersion}) is active.`);
    }),
  );
