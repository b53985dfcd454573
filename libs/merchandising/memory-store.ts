import type { Merchandise, MerchandisingStore, Writing } from './merchandising-store.js';
import type { RuleRequest } from './rule-request.js';
import type { Scenario } from './scenario.js';
import type { StoredRule } from './stored-rule.js';

/** Keeps decisions in this process alone. */
export class MemoryMerchandisingStore implements MerchandisingStore {
  private readonly scenarios = new Map<string, Scenario>();
  private readonly rules = new Map<number, StoredRule>();
  private lastId = 0;
  private changes = 0;

  async read(): Promise<Merchandise> {
    const byName = (one: Scenario, other: Scenario) => (one.name < other.name ? -1 : 1);
    const scenarios = [...this.scenarios.values()].sort(byName);
    return structuredClone({ version: String(this.changes), scenarios, rules: [...this.rules.values()] });
  }

  async readUnless(version: string): Promise<Merchandise | null> {
    return version === String(this.changes) ? null : this.read();
  }

  async putScenario(scenario: Scenario, most: number): Promise<boolean> {
    if (!this.scenarios.has(scenario.name) && this.scenarios.size >= most) return false;
    this.changes += 1;
    this.scenarios.set(scenario.name, structuredClone(scenario));
    return true;
  }

  async removeScenario(name: string): Promise<boolean> {
    this.changes += 1;
    return this.scenarios.delete(name);
  }

  async insertRule(rule: RuleRequest, { at, by }: Writing, most: number): Promise<StoredRule | null> {
    if (this.rules.size >= most) return null;
    this.lastId += 1;
    const stored = { id: this.lastId, rule, createdAt: at, createdBy: by, updatedAt: at, updatedBy: by };
    this.changes += 1;
    this.rules.set(stored.id, structuredClone(stored));
    return stored;
  }

  async updateRule(id: number, rule: RuleRequest, { at, by }: Writing): Promise<StoredRule | null> {
    const known = this.rules.get(id);
    if (known === undefined) return null;
    const stored = { ...known, rule, updatedAt: at, updatedBy: by };
    this.changes += 1;
    this.rules.set(id, structuredClone(stored));
    return stored;
  }

  async removeRule(id: number): Promise<boolean> {
    this.changes += 1;
    return this.rules.delete(id);
  }
}
