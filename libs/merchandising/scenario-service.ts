import { type Clock, WeftError } from '#foundation';
import type { ScenarioSettings } from '#similarity';
import type { KeptDecisions } from './kept-decisions.js';
import type { MerchandisingStore } from './merchandising-store.js';
import type { Scenario } from './scenario.js';

/** All of them are kept in every process. */
const MOST_SCENARIOS = 500;

/** Stores, shows and removes what placements ask by default. */
export class ScenarioService {
  constructor(
    private readonly store: MerchandisingStore,
    private readonly kept: Pick<KeptDecisions, 'forget'>,
    private readonly clock: Clock,
  ) {}

  /** By name. */
  async list(): Promise<Scenario[]> {
    return (await this.store.read()).scenarios;
  }

  /** @throws WeftError `scenario-unknown` */
  async get(name: string): Promise<Scenario> {
    return (await this.list()).find((scenario) => scenario.name === name) ?? unknown(name);
  }

  /**
   * Stores a scenario, or puts other settings in place of all that it had.
   *
   * @param by who asks, for the record
   * @throws WeftError `too-many-scenarios`
   */
  async put(name: string, settings: ScenarioSettings, by: string): Promise<Scenario> {
    const scenario = { name, settings, updatedAt: this.clock.now(), updatedBy: by };
    const isPut = await this.store.putScenario(scenario, MOST_SCENARIOS);
    this.kept.forget();
    if (isPut) return scenario;
    throw new WeftError('too-many-scenarios', `There are ${MOST_SCENARIOS} scenarios, and ${name} would be one more.`, {
      ...{ value: name, remedy: 'Remove one that nothing asks by any more: weft scenario list, weft scenario remove.' },
    });
  }

  /** The name is a mere name from then on. @throws WeftError `scenario-unknown` */
  async remove(name: string): Promise<void> {
    const isRemoved = await this.store.removeScenario(name);
    this.kept.forget();
    if (!isRemoved) unknown(name);
  }
}

function unknown(name: string): never {
  throw new WeftError('scenario-unknown', `Nothing is stored under the scenario ${name}.`, {
    ...{ value: name, remedy: 'Look what is stored: weft scenario list' },
  });
}
