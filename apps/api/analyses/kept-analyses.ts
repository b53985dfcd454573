import type { NearDuplicateListings } from '#audit';
import { WeftError } from '#foundation';
import { type ActiveGeneration, requireActive } from '#similarity';
import type { Grouping, VisualTree } from '#visual-groups';
import type { ApiDependencies } from '../api-dependencies.js';
import { Turnstile } from '../images/turnstile.js';

/** Requests that may wait for the one analysis that runs at a time. */
const MOST_WAITING = 16;
/** Analyses that are kept: a tree of 100,000 products takes 20 MB. */
const MOST_KEPT = 4;

/** What analyses are computed from. */
interface Moment {
  /** Changes with it: the generation and the latest import. */
  state: string;
  active: ActiveGeneration;
}

/** What was computed, and what from. */
interface Analysed<T> extends Moment {
  result: T;
}

/** Analyses of the active generation, each computed once for each state of the catalogue. */
export class KeptAnalyses {
  private readonly turnstile = new Turnstile(1, MOST_WAITING, tooManyAnalyses);
  /** By key, the one that was asked for last at the end. */
  private readonly kept = new Map<string, Promise<unknown>>();

  constructor(private readonly dependencies: Pick<ApiDependencies, 'analyses' | 'catalog' | 'jobs'>) {}

  /**
   * @param dial undefined: the model's
   * @throws WeftError `no-active-generation`, `analyses-busy`
   */
  async visualTree(dial: number | undefined, groupBy: Grouping['groupBy']): Promise<Analysed<VisualTree>> {
    const now = await this.now();
    return this.treeOf(now, { dial: dial ?? now.active.dial, groupBy });
  }

  /**
   * The tree of one state; null, and nothing computed, where the catalogue is in another.
   *
   * @throws WeftError `no-active-generation`, `analyses-busy`
   */
  async visualTreeOf(state: string, grouping: Grouping): Promise<Analysed<VisualTree> | null> {
    const now = await this.now();
    return now.state === state ? this.treeOf(now, grouping) : null;
  }

  /** @throws WeftError `no-active-generation`, `analyses-busy` */
  async nearDuplicates(): Promise<Analysed<NearDuplicateListings>> {
    const now = await this.now();
    const { generation } = now.active;
    return this.once(now, 'near-duplicates', () => this.dependencies.analyses.nearDuplicates(generation));
  }

  private treeOf(now: Moment, grouping: Grouping): Promise<Analysed<VisualTree>> {
    const { generation } = now.active;
    const name = `${grouping.dial} ${grouping.groupBy}`;
    return this.once(now, name, () => this.dependencies.analyses.visualTree(generation, grouping));
  }

  /** What an analysis that is made now is made from. */
  private async now(): Promise<Moment> {
    const { catalog, jobs } = this.dependencies;
    const [found, latest] = await Promise.all([catalog.activeGeneration(), jobs.latestSucceeded('import')]);
    const active = requireActive(found);
    return { active, state: `${active.generation}-${latest?.id.slice(0, 8) ?? 'none'}` };
  }

  private async once<T>({ state, active }: Moment, name: string, compute: () => Promise<T>): Promise<Analysed<T>> {
    const key = `${state} ${name}`;
    const result = (this.kept.get(key) as Promise<T> | undefined) ?? this.turnstile.pass(compute);
    this.kept.delete(key);
    this.kept.set(key, result);
    // One that failed is tried again.
    result.catch(() => this.kept.delete(key));
    for (const old of [...this.kept.keys()].slice(0, -MOST_KEPT)) this.kept.delete(old);
    return { state, active, result: await result };
  }
}

function tooManyAnalyses(): WeftError {
  return new WeftError('analyses-busy', 'More is to be computed of the catalogue than can be now.', {
    remedy: 'Try again after the seconds that Retry-After names.',
  });
}
