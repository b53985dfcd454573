import { messageOf } from '#foundation';
import type { JobKind, JobStore, Turn } from '#jobs';
import type { Leftover, Sweep } from './leftover.js';

/** What was found of one kind, and what became of it. */
export interface SweepResult {
  kind: string;
  /** Removed, or to be removed in a dry run. */
  count: number;
  bytes: number;
  /** The first names, for people. */
  examples: string[];
  /** Why nothing, or not everything, of this kind was removed; null: all of it was. */
  left: string | null;
}

const EXAMPLES = 5;

/**
 * Removes leftovers, one sweep after the other. Each holds the turns of the jobs that touch such things, so that none of
 * them begins meanwhile; where one runs or waits, its kind is left for the next time.
 *
 * @param options.dryRun find, and remove nothing
 */
export async function collect(
  sweeps: Sweep[],
  jobs: Pick<JobStore, 'takeTurn' | 'unfinished'>,
  options: { dryRun: boolean },
): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  for (const sweep of sweeps) {
    const turns: Turn[] = [];
    try {
      const busy = await takeTurns(sweep.jobs, jobs, turns);
      const none: SweepResult = { kind: sweep.kind, count: 0, bytes: 0, examples: [], left: null };
      results.push(
        busy === null
          ? await runSweep(sweep, options.dryRun)
          : { ...none, left: `The ${busy} job that is running or waiting may need them.` },
      );
    } finally {
      for (const turn of turns) await turn.letGo();
    }
  }
  return results;
}

/** @returns the kind of job that is in the way; null when there is none */
async function takeTurns(
  kinds: JobKind[],
  jobs: Pick<JobStore, 'takeTurn' | 'unfinished'>,
  turns: Turn[],
): Promise<JobKind | null> {
  for (const kind of kinds) {
    const turn = await jobs.takeTurn(kind);
    if (turn === null) return kind;
    turns.push(turn);
  }
  // After the turns are taken: a run that is recorded from now on waits for them.
  const unfinished = new Set((await jobs.unfinished()).map(({ kind }) => kind));
  return kinds.find((kind) => unfinished.has(kind)) ?? null;
}

async function runSweep(sweep: Sweep, dryRun: boolean): Promise<SweepResult> {
  const result: SweepResult = { kind: sweep.kind, count: 0, bytes: 0, examples: [], left: null };
  let stayed = 0;
  try {
    for await (const leftover of sweep.find()) {
      if (dryRun || (await leftover.remove()) !== false) add(result, leftover);
      else stayed += 1;
    }
  } catch (error) {
    // One file that cannot be removed is no reason to leave the other kinds.
    return { ...result, left: messageOf(error) };
  }
  return stayed === 0 ? result : { ...result, left: `${stayed} were in use.` };
}

function add(result: SweepResult, { name, count = 1, bytes }: Leftover): void {
  result.count += count;
  result.bytes += bytes;
  if (result.examples.length < EXAMPLES) result.examples.push(name);
}
