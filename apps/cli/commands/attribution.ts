import { Command, InvalidArgumentError, Option } from 'commander';
import { ACTIONS, type Attribution, AttributionService, type Grouping, GROUPINGS } from '#attribution';
import { systemClock } from '#foundation';
import { print, printJson, say, table } from '../output.js';
import { withSession } from '../session.js';

type Group = Attribution['groups'][number];

export const attributionCommand = new Command('attribution')
  .description('what recommendations led to: clicks, wishes, carts and purchases of the results that were shown')
  .addOption(new Option('--by <what>', 'tell rates apart by this').choices(GROUPINGS).default('scenario'))
  .option('--from <time>', 'answers given from then on; default: 28 days before --until', time)
  .option('--until <time>', 'answers given before then; default: now', time)
  .option('--json', 'print JSON on stdout')
  .action(({ by, from, until, json }: { by: Grouping; from?: Date; until?: Date; json?: true }) =>
    withSession(async ({ database }) => {
      const rates = await new AttributionService(database.attribution, systemClock).rates(by, { from, until });
      if (json) return printJson(rates);
      print(
        `Answers from ${rates.from.toISOString()} until ${rates.until.toISOString()}; ${rates.windowDays} days to follow.`,
      );
      print(
        table(
          [by, 'shown', 'shoppers', 'open', ...ACTIONS],
          rates.groups.map((group) => [
            ...[nameOf(group), group.shown, group.shoppers, group.open],
            ...ACTIONS.map((action) => rateText(group.actions[action])),
          ]),
        ),
      );
      say('Shares of what was shown, in %; in brackets their 95 % intervals, as wide as shoppers differ.');
      if (rates.warning !== null) say(rates.warning);
    }),
  );

function nameOf({ scenario, modelVersion, rule, ruleName, experiment, arm }: Group): string {
  if (modelVersion !== undefined) return modelVersion ?? '(unknown)';
  if (experiment !== undefined) return `${experiment}, ${arm}`;
  if (rule !== undefined) return rule === null ? '(no rule)' : `${rule} (${ruleName ?? 'removed'})`;
  return scenario ?? '(none)';
}

function rateText({ rate }: Group['actions']['click']): string {
  if (rate === null) return 'unknown';
  const percent = (share: number) => (100 * share).toFixed(2);
  return rate.interval95 === null
    ? percent(rate.rate)
    : `${percent(rate.rate)} [${rate.interval95.map(percent).join(', ')}]`;
}

function time(text: string): Date {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError('must be a date or a time such as 2026-11-24T09:00:00Z.');
}
