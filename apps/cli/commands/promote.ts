import { Command, InvalidArgumentError } from 'commander';
import { type GenerationId, LARGEST_ID, type ModelVersion, WeftError } from '#foundation';
import { PromotionRefused } from '#generations';
import { describeVerdict } from '../describe-verdict.js';
import { newestReady, promoteJudged } from '../judged-promotion.js';
import { describeFailure, print, printJson } from '../output.js';
import { COMMAND_LINE } from '../run-job.js';
import { withSession } from '../session.js';
import { writeVerdictPage } from '../write-verdict-page.js';

interface PromoteOptions {
  override?: true;
  by?: string;
  reason?: string;
  page?: string;
  json?: true;
}

export const promoteCommand = new Command('promote')
  .description('judge a generation against the active one and serve it, if the gate lets it pass, in one transaction')
  .argument('[generation]', 'its number, or a model; default: the newest that is ready', generationOrModel)
  .option('--override', 'serve it whatever the gate says; with --by and --reason')
  .option('--by <name>', 'who wants it, for the audit log')
  .option('--reason <text>', 'why the gate is overridden, for the audit log')
  .option('--page <file>', 'also write what the gate found as a page, with pictures: .html')
  .option('--json', 'print JSON on stdout')
  .action((wanted: GenerationId | ModelVersion | undefined, options: PromoteOptions) =>
    withSession(async (session) => {
      const request = { by: options.by ?? COMMAND_LINE, override: reasonOf(options) };
      try {
        const promoted = await promoteJudged(session, wanted ?? (await newestReady(session)).id, request);
        const { verdict } = promoted;
        if (options.page !== undefined && verdict !== null) await writeVerdictPage(session, verdict, options.page);
        if (options.json) return printJson(promoted);
        if (verdict !== null) print(`${describeVerdict(verdict)}\n`);
        print(`Generation ${promoted.generation} (model ${promoted.modelVersion}) is active.`);
      } catch (error) {
        if (!(error instanceof PromotionRefused)) throw error;
        if (options.page !== undefined) await writeVerdictPage(session, error.verdict, options.page);
        if (!options.json) {
          print(`${describeVerdict(error.verdict)}\n`);
          throw error;
        }
        printJson({ error: describeFailure(error), verdict: error.verdict });
        process.exitCode = 1;
      }
    }),
  );

function generationOrModel(text: string): GenerationId | ModelVersion {
  if (/^\d{8}-\d{6}-[0-9a-f]{8}$/.test(text)) return text as ModelVersion;
  const id = Number(text);
  if (/^\d+$/.test(text) && id >= 1 && id <= LARGEST_ID) return id;
  throw new InvalidArgumentError('must be the number of a generation, or the version of a model.');
}

/** @throws WeftError `override-incomplete` */
function reasonOf({ override, by, reason }: PromoteOptions): string | null {
  if (override === undefined && reason === undefined) return null;
  if (override !== undefined && [by, reason].every((said = '') => said.trim() !== '')) return reason ?? null;
  throw new WeftError('override-incomplete', 'An override needs a name and a reason, and a reason is of an override.', {
    value: { override: override ?? false, by: by ?? null, reason: reason ?? null },
    remedy: 'weft promote GENERATION --override --by NAME --reason TEXT',
  });
}
