import { Command } from 'commander';
import type { EmbedOutcome, Priority } from '#jobs';
import { describeEmbedding } from '../describe-embedding.js';
import { priorityOption } from '../options.js';
import { print, printJson } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';

export const embedCommand = new Command('embed')
  .description(
    'embed the catalogue under a model; the first generation and new ones of the active model are served at once, those of another model are judged and wait for promote',
  )
  .option('--model <version>', 'model to embed with; default: the newest')
  .option('--promote', 'serve it when the gate finds it better than what is active, or no worse')
  .addOption(priorityOption())
  .option('--json', 'print JSON on stdout')
  .action((options: { model?: string; promote?: true; priority?: Priority; json?: true }) =>
    withSession(async (session) => {
      const input = { modelVersion: options.model ?? null, promote: options.promote ? 'if-better' : 'never' } as const;
      const run = await runJob(session, 'embed', input, options);
      const result = run.result as EmbedOutcome;
      if (options.json) return printJson({ job: run.id, ...result });
      print(describeEmbedding(result));
    }),
  );
