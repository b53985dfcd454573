import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ImportResult } from '#catalog';
import { print, printJson, table } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';
import { describeQuarantine } from './quarantine.js';

/** Quarantined rows and images that are shown after an import. */
const SHOWN = 10;

export const importCommand = new Command('import')
  .description('import a product feed (Google Merchant CSV or JSONL) with its photos')
  .argument('<feed>', 'path of the feed; image paths in it are relative to it, or absolute')
  .option('--json', 'print JSON on stdout')
  .action((feed: string, options: { json?: true }) =>
    withSession(async (session) => {
      const run = await runJob(session, 'import', { feed: resolve(feed), root: null });
      const result = run.result as ImportResult;
      if (options.json) return printJson({ job: run.id, ...result });
      print(describeImport(result));
      if (result.awaitingEmbedding > 0) {
        print(
          `${result.awaitingEmbedding} of them are not served with their photos of now: weft embed (and weft train before it, if there is no model yet).`,
        );
      }
      if (result.rows.quarantined + result.images.quarantined === 0) return;
      print(`\nSet aside:\n${describeQuarantine(await session.database.catalog.quarantine(run.id, SHOWN))}`);
      print(`All of it: weft quarantine ${run.id}`);
    }),
  );

/** What an import did, in words and a table. */
export function describeImport(result: ImportResult): string {
  const { rows, images } = result;
  const counts = table(
    ['', 'read', 'accepted', 'quarantined'],
    [
      ['rows', rows.read, rows.accepted, rows.quarantined],
      ['images', images.read, images.accepted, images.quarantined],
    ],
  );
  const sentences = [`${result.products} products of ${result.styles} styles from ${result.offers} offers.`];
  const { fresh, unchanged, here, kept, bytes } = result.fetched;
  if (fresh + unchanged + here + kept > 0) {
    const old = kept === 0 ? '' : `; ${kept} could not be asked for, and are those of an earlier import`;
    sentences.push(
      `${fresh} photos fetched (${(bytes / 1e6).toFixed(1)} MB), ${unchanged + here} already here and unchanged${old}.`,
    );
  }
  if (result.rowsWithLostId > 0) {
    sentences.push(
      `Nothing was deactivated: the id of ${result.rowsWithLostId} quarantined rows could not be read, so offers that seem to be gone may be theirs.`,
    );
  }
  return [counts, ...sentences].join('\n');
}
