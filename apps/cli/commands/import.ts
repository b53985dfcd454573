import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { DryRunReport, ImportResult } from '#catalog';
import { FEED_FORMATS, type FeedFormat, feedMapping, type FeedMapping, parseMapping } from '#feeds';
import { isWebAddress, messageOf, WeftError } from '#foundation';
import type { RefreshedGeneration } from '#generations';
import { type ImportOutcome, JOB_INPUTS, type Priority } from '#jobs';
import { describeDryRun } from '../describe-dry-run.js';
import { priorityOption } from '../options.js';
import { print, printJson, table } from '../output.js';
import { runJob } from '../run-job.js';
import { withSession } from '../session.js';
import { describeQuarantine } from './quarantine.js';

/** Quarantined rows and images that are shown after an import. */
const SHOWN = 10;

interface ImportOptions {
  dryRun?: true;
  mapping?: string;
  format?: FeedFormat;
  encoding?: string;
  currency?: string;
  again?: true;
  priority?: Priority;
  json?: true;
}

export const importCommand = new Command('import')
  .description('import a product feed with its photos: Google Merchant, Shopify or WooCommerce; CSV, TSV, XML or JSONL')
  .argument('<feed>', 'path or address of the feed; image paths in it are relative to it')
  .option('--dry-run', 'say what would happen, and change nothing')
  .option('--mapping <file>', 'what the columns of a foreign feed mean (docs/feeds.md)')
  .addOption(new Option('--format <format>', 'what the feed is; default: by its content').choices(FEED_FORMATS))
  .option('--encoding <name>', 'of a feed without a byte order mark, such as windows-1252; default: UTF-8')
  .option('--currency <code>', 'of prices without one, such as EUR')
  .option('--again', 'import a fetched feed even where it did not change')
  .addOption(priorityOption())
  .option('--json', 'print JSON on stdout')
  .action(async (feed: string, options: ImportOptions) => {
    const input = JOB_INPUTS.import.safeParse({
      feed: isWebAddress(feed) ? feed : resolve(feed),
      root: null,
      format: options.format ?? null,
      encoding: options.encoding ?? null,
      mapping: await mappingOf(options),
      dryRun: options.dryRun ?? false,
      again: options.again ?? false,
    });
    if (!input.success) {
      const [issue] = input.error.issues;
      throw new WeftError('usage', `--${issue?.path.join('.')} ${issue?.message}.`, {
        remedy: 'See: weft help import',
      });
    }
    await withSession(async (session) => {
      const run = await runJob(session, 'import', input.data, options);
      const result = run.result as ImportOutcome | DryRunReport;
      if (options.json) return printJson({ job: run.id, ...result });
      if ('dryRun' in result) return print(describeDryRun(result));
      if (result.unchanged) print(`The feed has not changed since it was imported at ${result.since}.`);
      else print(describeImport(result));
      print(describeGenerations(result.generations));
      if (result.unchanged) return;
      if (result.rows.quarantined + result.images.quarantined === 0) return;
      print(`\nSet aside:\n${describeQuarantine(await session.database.catalog.quarantine(run.id, SHOWN))}`);
      print(`All of it: weft quarantine ${run.id}`);
    });
  });

/** The mapping of the file, with the currency of the command line; null where neither is given. */
async function mappingOf({ mapping, currency }: ImportOptions): Promise<FeedMapping | null> {
  if (mapping === undefined && currency === undefined) return null;
  const own = mapping === undefined ? feedMapping.parse({}) : parseMapping(await textOf(mapping), mapping);
  return currency === undefined ? own : { ...own, currency: currency.toUpperCase() };
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new WeftError('mapping-missing', `The mapping ${path} cannot be read: ${messageOf(error)}.`, {
      value: path,
      remedy: 'Name a file of JSON, such as docs/feeds.md shows.',
    });
  });
}

/** What is served of an import from now on. */
function describeGenerations(generations: RefreshedGeneration[]): string {
  const lines = generations.map(({ id, isActive, modelVersion, failure, changes }) => {
    const name = `Generation ${id}${isActive ? ', which is served,' : ''}`;
    if (failure !== null) {
      return `${name} does not know the products of now: ${failure.message} Mend it and import again, or: weft embed --model ${modelVersion}`;
    }
    const { added, changed, removed } = changes.products;
    const lacking =
      changes.productsLacking === 0
        ? ''
        : ` ${changes.productsLacking} products stay without a vector of their main photo: its file cannot be read.`;
    return `${name} has ${added} products more, ${changed} with another photo, ${removed} fewer.${lacking}`;
  });
  if (!generations.some(({ isActive }) => isActive)) lines.push('Nothing is served yet: weft train, then weft embed.');
  return lines.join('\n');
}

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
  if (result.rowsUnlisted > 0) {
    sentences.push(
      `${result.rowsUnlisted} rows say of an offer that it is not for sale: drafts, archived, discontinued.`,
    );
  }
  if (result.rowsAdded > 0)
    sentences.push(`${result.rowsAdded} rows only add to others: photos, parents of variations.`);
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
