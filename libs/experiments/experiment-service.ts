import { randomBytes } from 'node:crypto';
import { type Clock, type GenerationId, WeftError } from '#foundation';
import type { Arm, ExperimentArm } from '#shoppers';
import { optionsOf, type Variant } from '#similarity';
import { requiredSizes } from '#statistics';
import { armOf } from './assignment.js';
import type { CanaryRequest } from './canary-request.js';
import type { ArmSetup, Experiment, Tally } from './experiment.js';
import type { ExperimentRequest } from './experiment-request.js';
import type { ExperimentStore, Obstacle } from './experiment-store.js';
import { judge, type Judgement } from './judgement.js';

const DAY_MS = 86_400_000;
/** What a baseline is taken from. */
const BASELINE_DAYS = 28;
/** Fewer shoppers say little about how many do something. */
const LEAST_BASELINE_SHOPPERS = 100;

type ArmRequest = { generation?: GenerationId | null | undefined } & Pick<ArmSetup, 'settings'>;

/** The experiment that a request is part of, and how it is answered there. */
export interface Assignment extends ExperimentArm {
  name: string;
  variant: Variant;
}

/** Runs experiments: begins and ends them, divides shoppers, says what came out. */
export class ExperimentService {
  constructor(
    private readonly store: ExperimentStore,
    private readonly generations: {
      active(): Promise<{ id: GenerationId } | null>;
      find(generation: GenerationId): Promise<unknown>;
    },
    private readonly clock: Clock,
  ) {}

  /**
   * @param by who asks
   * @throws WeftError `experiment-exists`, `experiment-overlap`, `experiment-invalid`, `baseline-unknown`,
   * `generation-not-kept`
   */
  async start(request: ExperimentRequest, by: string): Promise<Experiment> {
    const arms = await this.armsOf(request);
    if (JSON.stringify(arms.control) === JSON.stringify(arms.treatment)) {
      throw invalid(
        'Both arms answer alike.',
        'Give the treatment a generation other than the active one, or settings.',
      );
    }
    return this.begin(request, arms, by);
  }

  /**
   * Gives a share of shoppers a generation before it is promoted: an experiment on all placements, whose control is whichever
   * generation is active. It ends with {@link endCanary}, or by itself when the generation becomes active.
   *
   * @throws WeftError `generation-unknown`, `canary-of-active`, and as {@link start}
   */
  async startCanary(generation: GenerationId, { share, ...plan }: CanaryRequest, by: string): Promise<Experiment> {
    if ((await this.generations.find(generation)) === null) {
      throw new WeftError('generation-unknown', `There is no generation ${generation}.`, {
        value: generation,
        remedy: 'GET /v1/generations or `weft generations` lists them.',
      });
    }
    if (generation === (await this.active())) {
      throw new WeftError('canary-of-active', `Generation ${generation} is active: every shopper gets it.`, {
        value: generation,
        remedy: 'Name one that is ready: GET /v1/generations or `weft generations` lists them.',
      });
    }
    const before = (await this.store.list()).filter(({ arms }) => isCanaryOf(arms, generation));
    const name = ['canary', generation, ...(before.length === 0 ? [] : [before.length + 1])].join('-');
    const arms = { control: { generation: null, settings: {} }, treatment: { generation, settings: {} } };
    return this.begin({ ...plan, name, scenarios: [], treatmentShare: share }, arms, by);
  }

  /** @throws WeftError `canary-unknown` */
  async endCanary(generation: GenerationId, by: string): Promise<Experiment> {
    const running = (await this.store.list()).find(
      ({ arms, stoppedAt }) => stoppedAt === null && isCanaryOf(arms, generation),
    );
    if (running !== undefined) return this.stop(running.name, by);
    throw new WeftError('canary-unknown', `Generation ${generation} is no canary.`, {
      value: generation,
      remedy: 'GET /v1/experiments or `weft experiment list` shows what runs.',
    });
  }

  private async begin(
    request: Omit<ExperimentRequest, 'control' | 'treatment'>,
    arms: Record<Arm, ArmSetup>,
    by: string,
  ): Promise<Experiment> {
    const { name, scenarios, treatmentShare, metric, windowDays, smallestEffect, alpha, power } = request;
    const baseline = request.baseline ?? (await this.measuredBaseline({ scenarios, metric, windowDays }));
    if (baseline + smallestEffect >= 1) {
      throw invalid(
        `A share of ${baseline} cannot rise by ${smallestEffect}.`,
        'Give the smallest effect as a difference of shares: .01 is one shopper in a hundred more.',
      );
    }
    const plan = { baseline, smallestEffect, alpha, power };
    const begun = await this.store.insert({
      ...{ name, scenarios, arms, treatmentShare, metric, windowDays, plan },
      salt: randomBytes(16).toString('hex'),
      needed: requiredSizes(plan, treatmentShare),
      ...{ startedAt: this.clock.now(), startedBy: by, stoppedAt: null, stoppedBy: null, settled: null },
    });
    if ('code' in begun) throw refused(name, begun);
    return begun;
  }

  list(): Promise<Experiment[]> {
    return this.store.list();
  }

  /** @throws WeftError `experiment-unknown` */
  async show(name: string): Promise<{ experiment: Experiment; judgement: Judgement }> {
    const experiment = await this.store.find(name);
    if (experiment === null) throw unknown(name);
    return { experiment, judgement: judge(experiment, await this.tallyOf(experiment)) };
  }

  /**
   * Every request is answered as without it from the next one on. Shoppers count whose window was over by then.
   *
   * @throws WeftError `experiment-unknown`
   */
  async stop(name: string, by: string): Promise<Experiment> {
    const experiment = await this.store.stop(name, this.clock.now(), by);
    if (experiment === null) throw unknown(name);
    await this.tallyOf(experiment);
    return experiment;
  }

  /** Keeps what came out of all that are over or have their shoppers: to be done before events are removed for their age. */
  async settle(): Promise<void> {
    for (const experiment of await this.store.list()) await this.tallyOf(experiment);
  }

  /** The experiment that a request is part of; null where none runs there, or nobody knows who asks. */
  async assign(shopperId: string | undefined, scenario: string | undefined): Promise<Assignment | null> {
    if (shopperId === undefined) return null;
    const experiment = await this.store.running(scenario ?? null);
    if (experiment === null) return null;
    const arm = armOf(experiment, shopperId);
    const { generation, settings } = experiment.arms[arm];
    return {
      experiment: experiment.id,
      name: experiment.name,
      arm,
      variant: { generation, settings: optionsOf(settings) },
    };
  }

  /** What is kept of it; else what is counted now, which is kept if nothing is to come. */
  private async tallyOf(experiment: Experiment): Promise<Tally> {
    const { id, settled, stoppedAt } = experiment;
    if (settled !== null) return settled;
    const tally = await this.store.tally(experiment, stoppedAt ?? this.clock.now());
    return tally.isFull || stoppedAt !== null ? this.store.settle(id, tally) : tally;
  }

  /** Where vectors are compared, both are named: a promotion meanwhile changes neither arm. */
  private async armsOf({ control, treatment }: ExperimentRequest): Promise<Record<Arm, ArmSetup>> {
    const isOfGenerations = control.generation !== undefined || treatment.generation !== undefined;
    const active = isOfGenerations ? await this.active() : null;
    const setup = ({ generation = active, settings }: ArmRequest): ArmSetup => ({ generation, settings });
    return { control: setup(control), treatment: setup(treatment) };
  }

  private async active(): Promise<GenerationId | null> {
    return (await this.generations.active())?.id ?? null;
  }

  private async measuredBaseline(about: Pick<Experiment, 'scenarios' | 'metric' | 'windowDays'>): Promise<number> {
    const until = this.clock.now();
    const from = new Date(until.getTime() - (BASELINE_DAYS + about.windowDays) * DAY_MS);
    const { hits, of } = await this.store.baseline({ ...about, from, until });
    if (of >= LEAST_BASELINE_SHOPPERS && hits > 0 && hits < of) return hits / of;
    throw new WeftError(
      'baseline-unknown',
      `Of ${of} shoppers who saw results there, ${hits} did a ${about.metric}: no share to plan with.`,
      {
        value: { shoppers: of, hits },
        remedy: 'Give a baseline, or post events of type impression and wait for a hundred shoppers.',
      },
    );
  }
}

/** Whether the arms are those of a canary: a generation against whichever is active. */
function isCanaryOf({ control, treatment }: Record<Arm, ArmSetup>, generation: GenerationId): boolean {
  return control.generation === null && treatment.generation === generation;
}

function unknown(name: string): WeftError {
  return new WeftError('experiment-unknown', `There is no experiment ${name}.`, {
    ...{ value: name, remedy: 'See `weft experiment list`, or GET /v1/experiments.' },
  });
}

function invalid(message: string, remedy: string): WeftError {
  return new WeftError('experiment-invalid', message, { remedy });
}

function refused(name: string, obstacle: Obstacle): WeftError {
  switch (obstacle.code) {
    case 'name-taken':
      return new WeftError('experiment-exists', `There has been an experiment ${name} already.`, {
        ...{ value: name, remedy: 'Choose another name: answers and events of the first one carry it.' },
      });
    case 'overlap':
      return new WeftError('experiment-overlap', `The experiment ${obstacle.name} runs on the same placement.`, {
        value: obstacle.name,
        remedy: `Stop it with \`weft experiment stop ${obstacle.name}\`, or name other scenarios.`,
      });
    case 'generation-missing':
      return new WeftError('generation-not-kept', `There are no vectors of generation ${obstacle.generation}.`, {
        value: obstacle.generation,
        remedy: 'GET /v1/generations lists what is ready, active or retired; `weft embed` makes one.',
      });
  }
}
