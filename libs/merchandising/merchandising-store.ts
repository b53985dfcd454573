import type { RuleRequest } from './rule-request.js';
import type { Scenario } from './scenario.js';
import type { StoredRule } from './stored-rule.js';

/** Everything that a shop has decided. */
export interface Merchandise {
  /** Of this store: another one after every change. */
  version: string;
  /** By name. */
  scenarios: Scenario[];
  /** By id. */
  rules: StoredRule[];
}

/** When something was written, and by whom. */
export interface Writing {
  at: Date;
  by: string;
}

/** Where decisions are kept. Implementations pass test/conformance/merchandising-store.ts. */
export interface MerchandisingStore {
  /** In one reading: of one moment. */
  read(): Promise<Merchandise>;
  /** As `read`, and cheaper where nothing changed. @returns null: this version still holds */
  readUnless(version: string): Promise<Merchandise | null>;
  /** @returns false: the name is new, and there are `most` scenarios already */
  putScenario(scenario: Scenario, most: number): Promise<boolean>;
  /** @returns false: there was none */
  removeScenario(name: string): Promise<boolean>;
  /** @returns null: there are `most` rules already */
  insertRule(rule: RuleRequest, writing: Writing, most: number): Promise<StoredRule | null>;
  /** @returns null: there is none */
  updateRule(id: number, rule: RuleRequest, writing: Writing): Promise<StoredRule | null>;
  /** @returns false: there was none */
  removeRule(id: number): Promise<boolean>;
}
