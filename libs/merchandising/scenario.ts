import type { ScenarioSettings } from '#similarity';

/** What holds for a placement where a request says nothing. */
export interface Scenario {
  /** As requests name it. */
  name: string;
  /** Options as a request writes them. */
  settings: ScenarioSettings;
  updatedAt: Date;
  /** `command line`, `anyone on this machine`, or the id of the key that asked. */
  updatedBy: string;
}
