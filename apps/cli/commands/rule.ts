import { Command } from 'commander';
import { LARGEST_ID, systemClock, WeftError } from '#foundation';
import {
  asking,
  KeptDecisions,
  previewedRecommendation,
  previewedSimilar,
  type RulePreview,
  RulePreviews,
  ruleRequest,
  RuleService,
  type StoredRule,
  type WrittenRule,
} from '#merchandising';
import type { Database } from '#persistence';
import { jsonArgument, parsedJson } from '../json-argument.js';
import { openRecommender } from '../open-recommender.js';
import { integerIn } from '../options.js';
import { print, printJson, say, table } from '../output.js';
import { withSession } from '../session.js';

/** Who asks, in the record of rules. */
const BY = 'command line';

const withRules = <T>(work: (rules: RuleService, database: Database) => Promise<T>): Promise<T> =>
  withSession(({ database }) => {
    const { merchandising, catalog } = database;
    const kept = new KeptDecisions(merchandising, systemClock);
    return work(new RuleService(merchandising, kept, catalog, systemClock), database);
  });

const ruleId = integerIn(1, LARGEST_ID);
const RULE_FORM = 'the rule as JSON, or @FILE (docs/merchandising.md)';

const list = new Command('list')
  .description('list the rules, in the order that settles their conflicts')
  .option('--json', 'print JSON on stdout')
  .action(({ json }: { json?: true }) =>
    withRules(async (rules) => {
      const all = await rules.list();
      if (json) return printJson({ rules: all });
      if (all.length === 0) return print('There is no rule.');
      print(table(['id', 'kind', 'priority', 'on', 'name', 'does', 'when'], all.map(rowOf)));
    }),
  );

const add = new Command('add')
  .description('make a rule; with --replace in place of one')
  .argument('<rule>', RULE_FORM)
  .option('--replace <id>', 'the rule that it takes the place of', ruleId)
  .option('--json', 'print JSON on stdout')
  .action(async (text: string, { replace, json }: { replace?: number; json?: true }) => {
    const rule = await parsedJson(ruleRequest, text, 'rule-invalid');
    await withRules(async (rules) => {
      const written = await (replace === undefined ? rules.add(rule, BY) : rules.replace(replace, rule, BY));
      if (json) return printJson(flat(written));
      print(`Rule ${written.rule.id} holds within a second.`);
      sayUnknown(written.unknown);
    });
  });

const remove = new Command('remove')
  .description('remove a rule')
  .argument('<id>', 'as `weft rule list` shows it', ruleId)
  .option('--json', 'print JSON on stdout')
  .action((id: number, { json }: { json?: true }) =>
    withRules(async (rules) => {
      await rules.remove(id);
      if (json) return printJson({ removed: id });
      print(`Rule ${id} is removed.`);
    }),
  );

const preview = new Command('preview')
  .description('show what a rule would do to an answer; nothing is stored')
  .argument('<request>', 'as JSON, or @FILE: \'{"similarTo": "ID"}\' or \'{"signals": [...]}\'')
  .option('--rule <rule>', RULE_FORM)
  .option('--id <id>', 'the stored rule that it stands for or, without --rule, that is left out', ruleId)
  .option('--json', 'print JSON on stdout')
  .action(async (text: string, options: { rule?: string; id?: number; json?: true }) => {
    const { id, json } = options;
    if (options.rule === undefined && id === undefined) {
      throw new WeftError('rule-invalid', 'There is nothing to try.', { remedy: 'Give --rule, --id or both.' });
    }
    const said = await jsonArgument(text, 'request-invalid');
    const isSimilar = typeof said === 'object' && said !== null && 'similarTo' in said;
    const ask = isSimilar
      ? asking(await parsedJson(previewedSimilar, text, 'request-invalid'))
      : asking(await parsedJson(previewedRecommendation, text, 'request-invalid'));
    const rule = options.rule === undefined ? undefined : await parsedJson(ruleRequest, options.rule, 'rule-invalid');
    await withRules(async (rules, database) => {
      const { merchandising, catalog } = database;
      const previews = new RulePreviews(merchandising, rules, openRecommender(database), catalog, systemClock);
      const shown = await previews.preview({ rule, id }, ask);
      if (json) return printJson(shown);
      print(tableOf(shown));
      sayUnknown(shown.unknown);
    });
  });

export const ruleCommand = new Command('rule').description(
  'what the shop decides about answers: pins, boosts and more',
);
for (const command of [list, add, remove, preview]) ruleCommand.addCommand(command);

const flat = ({ rule, unknown }: WrittenRule) => ({ ...rule, unknown });

function sayUnknown(unknown: string[]): void {
  if (unknown.length > 0) say(`No product and no offer now, so of no effect: ${unknown.join(', ')}.`);
}

function rowOf({ id, rule }: StoredRule): (string | number)[] {
  const { kind, priority, enabled, name, when, ...effect } = rule;
  return [id, kind, priority, enabled ? 'yes' : 'no', name, JSON.stringify(effect), JSON.stringify(when)];
}

function tableOf({ before, after, moves }: RulePreview): string {
  if (moves.length === 0) return 'Nothing changes its place.';
  const titles = new Map([...before.results, ...after.results].map(({ productId, title }) => [productId, title]));
  const rows = moves.map(({ productId, from, to, rules }) => [
    ...[from ?? '-', to ?? '-', productId, titles.get(productId) ?? ''],
    rules.map(({ id, kind, name }) => `${id === 0 ? 'new' : id} ${kind}: ${name}`).join('; '),
  ]);
  return table(['before', 'after', 'product', 'title', 'by'], rows);
}
