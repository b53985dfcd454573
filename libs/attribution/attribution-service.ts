import { type Clock, WeftError } from '#foundation';
import { clusteredRate } from '#statistics';
import { type Action, ACTIONS, type Attribution, type Grouping, type GroupRates, WINDOW_DAYS } from './attribution.js';
import type { AttributionStore, GroupSums } from './attribution-store.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 28;
const EARLIEST = 0;
const LATEST = Date.UTC(9999, 11, 31);

/** Says which answers led to what. */
export class AttributionService {
  constructor(
    private readonly store: AttributionStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param span default: the last 28 days
   * @throws WeftError `span-invalid` where it ends before it begins, or leaves the years 1970 to 9999
   */
  async rates(by: Grouping, span: { from?: Date | undefined; until?: Date | undefined } = {}): Promise<Attribution> {
    const now = this.clock.now();
    const until = span.until ?? now;
    const from = span.from ?? new Date(until.getTime() - DEFAULT_DAYS * DAY_MS);
    if (from.getTime() < EARLIEST || until.getTime() > LATEST) {
      throw new WeftError('span-invalid', 'The span leaves the years 1970 to 9999.', {
        value: { from: span.from, until: span.until },
        remedy: 'Give times in between.',
      });
    }
    if (from >= until) {
      throw new WeftError('span-invalid', `${from.toISOString()} is not before ${until.toISOString()}.`, {
        remedy: 'Give a time to begin with that lies before the one to end with.',
      });
    }
    const groups = (await this.store.sums(by, { from, until }, WINDOW_DAYS, now)).map(ratesOf);
    groups.sort((a, b) => b.shown - a.shown || b.withoutImpression - a.withoutImpression);
    return { by, from, until, windowDays: WINDOW_DAYS, groups, warning: warningOf(groups) };
  }
}

function ratesOf({ clusters, units, unitsSquared, open, withoutImpression, actions, ...key }: GroupSums): GroupRates {
  const of = (action: Action) => {
    const sums = actions[action];
    return { count: sums.hits, rate: clusteredRate({ clusters, units, unitsSquared, ...sums }) };
  };
  return {
    ...key,
    ...{ shown: units, shoppers: clusters, open, withoutImpression },
    actions: Object.fromEntries(ACTIONS.map((action) => [action, of(action)])) as GroupRates['actions'],
  };
}

function warningOf(groups: GroupRates[]): string | null {
  const sum = (of: (group: GroupRates) => number) => groups.reduce((total, group) => total + of(group), 0);
  const [shown, unseen] = [sum((group) => group.shown), sum((group) => group.withoutImpression)];
  if (unseen === 0) return null;
  if (shown === 0) {
    return (
      'No impression was told: how many saw a result is not known, and there is no rate. Post an event of type ' +
      'impression, with the recommendationId, for each result that comes into view.'
    );
  }
  if (unseen < shown / 100) return null;
  return (
    `${unseen} results were clicked, wished for, put in a cart or bought without an impression, beside ${shown} with one; ` +
    'they are in no rate. Post an event of type impression for each result that comes into view.'
  );
}
