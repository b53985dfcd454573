import { Command } from 'commander';
import type { EmbedResult } from '#generations';
import { print, printJson } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';

export const embedCommand = new Command('embed')
  .description(
    'embed the catalogue under a model; the first generation and new ones of the active model are served at once, those of another model wait for promote',
  )
  .option('--model <version>', 'model to embed with; default: the newest')
  .option('--json', 'print JSON on stdout')
  .action((options: { model?: string; json?: true }) =>
    withSession(async (session) => {
      const run = await runJob(session, 'embed', { modelVersion: options.model ?? null });
      const result = run.result as EmbedResult;
      if (options.json) return printJson({ job: run.id, ...result });
      print(
        `Generation ${result.generation} (model ${result.modelVersion}): ${result.products} products, ${result.images} photos, ${result.state}.`,
      );
      if (result.state === 'ready') print(`Serve it with: weft promote ${result.generation}`);
    }),
  );
