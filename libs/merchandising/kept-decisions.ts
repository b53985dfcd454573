import { type Clock, sha256 } from '#foundation';
import { type Decisions, type Merchandising, optionsOf } from '#similarity';
import type { Merchandise, MerchandisingStore } from './merchandising-store.js';
import type { Scenario } from './scenario.js';
import { ruleOf, type StoredRule } from './stored-rule.js';

/** Age at which the store is asked for changes: they hold after this time everywhere, and at once where they were made. */
const KEPT_MS = 1_000;

/** The decisions of a store, kept in this process: what did not change is neither sent nor read anew. */
export class KeptDecisions implements Merchandising {
  private kept: { at: number; decisions: Promise<Decisions> } | null = null;
  private last: { version: string; decisions: Decisions } | null = null;

  constructor(
    private readonly store: Pick<MerchandisingStore, 'read' | 'readUnless'>,
    private readonly clock: Clock,
  ) {}

  decisions(): Promise<Decisions> {
    const now = this.clock.now().getTime();
    // A clock that was set back must not keep them for longer.
    if (this.kept !== null && Math.abs(now - this.kept.at) < KEPT_MS) return this.kept.decisions;
    const reading = { at: now, decisions: this.read() };
    this.kept = reading;
    // What failed is tried anew by the next request.
    reading.decisions.catch(() => {
      if (this.kept === reading) this.kept = null;
    });
    return reading.decisions;
  }

  /** Looks anew for whoever asks next. */
  forget(): void {
    this.kept = null;
  }

  private async read(): Promise<Decisions> {
    const { last } = this;
    if (last === null) return this.keep(await this.store.read());
    const changed = await this.store.readUnless(last.version);
    return changed === null ? last.decisions : this.keep(changed);
  }

  private keep(read: Merchandise): Decisions {
    const decisions = decisionsOf(read);
    this.last = { version: read.version, decisions };
    return decisions;
  }
}

/** What is kept as answers go by it. */
export function decisionsOf({
  scenarios,
  rules: all,
}: {
  scenarios: readonly Scenario[];
  rules: readonly Pick<StoredRule, 'id' | 'rule'>[];
}): Decisions {
  const enabled = all.filter(({ rule }) => rule.enabled);
  return {
    scenarios: new Map(scenarios.map(({ name, settings }) => [name, optionsOf(settings)])),
    rules: enabled.map(ruleOf),
    rulesKey:
      enabled.length === 0 ? '' : sha256(JSON.stringify(enabled.map(({ id, rule }) => [id, rule]))).slice(0, 12),
  };
}
