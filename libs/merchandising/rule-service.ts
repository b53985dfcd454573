import { type Clock, WeftError } from '#foundation';
import type { CatalogReader } from '#similarity';
import type { KeptDecisions } from './kept-decisions.js';
import type { MerchandisingStore } from './merchandising-store.js';
import type { RuleRequest } from './rule-request.js';
import { type StoredRule, withIds } from './stored-rule.js';

/** All of them are kept in every process, and looked through for each request. */
const MOST_RULES = 500;
/**
 * Characters of all filters together. Each request asks Postgres whether products pass those that may hold: filters of
 * this length, all lists of categories, take a tenth of a second.
 */
const MOST_FILTER_TEXT = 20_000;

/** A rule that was written, and what of it the catalogue does not know. */
export interface WrittenRule {
  rule: StoredRule;
  /** Ids that are no product and no offer now: kept as written, and of no effect until an import brings them. */
  unknown: string[];
}

/** Stores, shows and removes rules. */
export class RuleService {
  constructor(
    private readonly store: MerchandisingStore,
    private readonly kept: Pick<KeptDecisions, 'forget'>,
    private readonly catalog: Pick<CatalogReader, 'resolve'>,
    private readonly clock: Clock,
  ) {}

  /** In the order that settles conflicts: the higher priority first, then the older. */
  async list(): Promise<StoredRule[]> {
    const { rules } = await this.store.read();
    return rules.sort((a, b) => b.rule.priority - a.rule.priority || a.id - b.id);
  }

  /** @throws WeftError `rule-unknown` */
  async get(id: number): Promise<StoredRule> {
    return (await this.list()).find((rule) => rule.id === id) ?? unknownRule(id);
  }

  /**
   * @param by who asks, for the record
   * @throws WeftError `too-many-rules`
   */
  async add(request: RuleRequest, by: string): Promise<WrittenRule> {
    const { rule, unknown } = await this.resolved(request);
    await this.makeSureOfRoom(request, null);
    const stored = await this.store.insertRule(rule, { at: this.clock.now(), by }, MOST_RULES);
    this.kept.forget();
    if (stored !== null) return { rule: stored, unknown };
    throw new WeftError('too-many-rules', `There are ${MOST_RULES} rules, and this would be one more.`, {
      ...{ value: request.name, remedy: 'Remove one that is past its time: weft rule list, weft rule remove.' },
    });
  }

  /** Puts a rule in place of all that one was, but for its id and its age. @throws WeftError `rule-unknown`, `too-many-rules` */
  async replace(id: number, request: RuleRequest, by: string): Promise<WrittenRule> {
    const { rule, unknown } = await this.resolved(request);
    await this.makeSureOfRoom(request, id);
    const stored = await this.store.updateRule(id, rule, { at: this.clock.now(), by });
    this.kept.forget();
    return { rule: stored ?? unknownRule(id), unknown };
  }

  /** @throws WeftError `rule-unknown` */
  async remove(id: number): Promise<void> {
    const isRemoved = await this.store.removeRule(id);
    this.kept.forget();
    if (!isRemoved) unknownRule(id);
  }

  /** @param replaced the rule that makes room @throws WeftError `too-many-rules` */
  private async makeSureOfRoom(request: RuleRequest, replaced: number | null): Promise<void> {
    const { rules } = await this.store.read();
    const others = rules.filter(({ id }) => id !== replaced).map(({ rule }) => rule);
    if ([...others, request].reduce((sum, rule) => sum + filterTextOf(rule), 0) <= MOST_FILTER_TEXT) return;
    throw new WeftError(
      'too-many-rules',
      `The filters of all rules would be longer than ${MOST_FILTER_TEXT} characters.`,
      {
        ...{ value: request.name, remedy: 'List products in place of long filters, or name a category above.' },
      },
    );
  }

  /** The rule with the ids of products in place of those of their offers. */
  async resolved(request: RuleRequest): Promise<{ rule: RuleRequest; unknown: string[] }> {
    const ids = new Set<string>();
    withIds(request, (id) => (ids.add(id), id));
    const known = ids.size === 0 ? new Map<string, string>() : await this.catalog.resolve([...ids]);
    return {
      rule: withIds(request, (id) => known.get(id) ?? id),
      unknown: [...ids].filter((id) => !known.has(id)),
    };
  }
}

/** Characters of the filters that a rule holds. */
function filterTextOf(rule: RuleRequest): number {
  let length = 0;
  JSON.stringify(rule, (key, value: unknown) => {
    if (key === 'filter' && typeof value === 'string') length += value.length;
    return value;
  });
  return length;
}

/** @throws WeftError `rule-unknown` */
export function unknownRule(id: number): never {
  throw new WeftError('rule-unknown', `There is no rule ${id}.`, { value: id, remedy: 'See: weft rule list' });
}
