import type { ComputeBackend } from '#compute';
import type { Snapshot } from '#datasets';
import { sha256, type TrainingSettings } from '#foundation';
import type { Checkpoint, Verdict } from './checkpoint.js';
import type { RunState } from './run-state.js';

/** Where a training keeps the state that it can go on from. */
export interface Checkpoints {
  /** What an earlier process left under this key, or null. */
  load(key: string): Promise<Checkpoint | null>;
  save(checkpoint: Checkpoint): Promise<void>;
}

const NONE: Checkpoints = { load: async () => null, save: async () => undefined };

/** One training over all processes that have worked at it: what it has taken, what was said of it, and its checkpoints. */
export class TrainingRun {
  /** What was said beforehand that the whole would take, in seconds; null until it is known. */
  saidSeconds: number | null;

  private constructor(
    private readonly key: string,
    private readonly checkpoints: Checkpoints,
    /** Where an earlier process was; null for a training that begins. */
    readonly resumed: Checkpoint | null,
    private readonly since: number,
  ) {
    this.saidSeconds = resumed?.saidSeconds ?? null;
  }

  /** @param since when this process began to work at it, in milliseconds of `performance.now()` */
  static async open(
    {
      backend,
      snapshot,
      second,
      settings,
    }: { backend: ComputeBackend; snapshot: Snapshot; second?: Snapshot; settings: TrainingSettings },
    checkpoints: Checkpoints = NONE,
    since = performance.now(),
  ): Promise<TrainingRun> {
    // Bits depend on what computes, too.
    const key = sha256(JSON.stringify([snapshot.hash, second?.hash ?? null, settings, backend.description]));
    return new TrainingRun(key, checkpoints, await checkpoints.load(key), since);
  }

  /** Seconds of all processes together. */
  elapsed(): number {
    return (this.resumed?.seconds ?? 0) + (performance.now() - this.since) / 1000;
  }

  /** @param verdict null while judging */
  save(run: RunState, verdict: Verdict | null): Promise<void> {
    const { key, saidSeconds } = this;
    return this.checkpoints.save({ key, seconds: this.elapsed(), saidSeconds, verdict, run });
  }
}
