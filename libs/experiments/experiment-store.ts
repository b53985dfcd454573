import type { GenerationId } from '#foundation';
import type { Share } from '#statistics';
import type { Experiment, Tally } from './experiment.js';

/** Who counts towards a baseline: whoever first saw a result of these placements in the span, and has had the window since. */
export type BaselineQuestion = Pick<Experiment, 'scenarios' | 'metric' | 'windowDays'> & { from: Date; until: Date };

/** Why an experiment cannot begin. */
export type Obstacle =
  | { code: 'name-taken' }
  /** Another one runs on a placement of this one. */
  | { code: 'overlap'; name: string }
  /** It was dropped, or has not been built. */
  | { code: 'generation-missing'; generation: GenerationId };

/** Where experiments are kept. Implemented by #persistence. */
export interface ExperimentStore {
  /** Begins one, unless something is in the way. Two at once take turns. */
  insert(experiment: Omit<Experiment, 'id'>): Promise<Experiment | Obstacle>;
  /** Newest first. */
  list(): Promise<Experiment[]>;
  find(name: string): Promise<Experiment | null>;
  /** The one that runs on a placement; there is no more than one. */
  running(scenario: string | null): Promise<Experiment | null>;
  /** Ends one; one that has ended already stays as it is. @returns null when there is none */
  stop(name: string, at: Date, by: string): Promise<Experiment | null>;
  /** @param until what is shown later is not counted; shoppers whose window is open then are not observed */
  tally(experiment: Experiment, until: Date): Promise<Tally>;
  /** Keeps what an experiment came to, unless it is kept already. @returns what is kept */
  settle(id: number, tally: Tally): Promise<Tally>;
  baseline(question: BaselineQuestion): Promise<Share>;
}
