import type { GenerationId } from '#foundation';
import { questionKey } from './page-cursor.js';
import type { RecommendationOptions } from './recommendation-options.js';
import type { Rule } from './rules/rule.js';
import type { ShopperOptions } from './shopper.js';

type Options = RecommendationOptions & ShopperOptions;

/** What a shop has decided about its recommendations. */
export interface Decisions {
  /** Options that hold for a placement where a request says nothing, by the placement's name. */
  scenarios: ReadonlyMap<string, Options>;
  /** Those that are enabled, in any order. */
  rules: readonly Rule[];
  /** Changes when any of the rules does; empty where there are none. */
  rulesKey: string;
}

/** How an arm of an experiment answers, where it differs from an answer without one. */
export interface Variant {
  /** null: the active one. */
  generation: GenerationId | null;
  /** Hold over those of the scenario. */
  settings: Options;
}

/** Where decisions are read. Implemented by #merchandising. */
export interface Merchandising {
  /** Those of now, or of a moment ago: asked for each request, so it rarely goes to a database. */
  decisions(): Promise<Decisions>;
}

/** A request's options beside what its scenario says. */
export interface Steered {
  /** What holds: the request's own word first, then that of the variant, then the scenario's. */
  options: Options;
  /** Changes when any decision does that the answer went by; empty where none was. */
  decided: string;
  rules: readonly Rule[];
}

/** Reads a request's options under what the shop decided. What any of them excludes is excluded. */
export function steer(given: Options, { scenarios, rules, rulesKey }: Decisions, variant: Variant | null): Steered {
  const ofScenario = given.scenario === undefined ? undefined : scenarios.get(given.scenario);
  const stored = [ofScenario, variant?.settings].filter((one) => one !== undefined);
  if (stored.length === 0) return { options: given, decided: rulesKey, rules };
  return { options: [...stored, given].reduce(over), decided: questionKey([stored, rulesKey]), rules };
}

/** What one says where the other says nothing. */
function over(one: Options, other: Options): Options {
  const said = Object.fromEntries(Object.entries(other).filter(([, value]) => value !== undefined));
  return { ...one, ...said, exclude: eitherExcluded(one.exclude, other.exclude) };
}

function eitherExcluded(one: Options['exclude'] = {}, other: Options['exclude'] = {}): Options['exclude'] {
  return {
    products: [...(one.products ?? []), ...(other.products ?? [])],
    styles: [...(one.styles ?? []), ...(other.styles ?? [])],
    shown: other.shown,
  };
}
