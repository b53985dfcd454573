import type { ValidationFigures } from '#datasets';
import type { RunState } from './run-state.js';
import { wordsOf } from './supervise-pass.js';

/** Why these heads, in sentences for the manifest, the job and the command line. */
export function verdictWords(
  validation: { trained: ValidationFigures; untrained: ValidationFigures; step: number },
  stoppedEarly: { step: number; words: string } | null,
  { interventions }: Pick<RunState, 'interventions'>,
): string {
  const [gained, had] = [validation.trained.criterion, validation.untrained.criterion];
  const words = `${gained.toFixed(3)} trained for ${validation.step} steps against ${had.toFixed(3)} untrained`;
  return [
    gained > had ? `Training helps on validation styles: ${words}.` : `The untrained heads win: ${words}.`,
    ...(stoppedEarly === null ? [] : [`Ended early, at step ${stoppedEarly.step}: ${stoppedEarly.words}.`]),
    ...interventions.map(wordsOf),
  ].join(' ');
}

/** The honest end of a training that collapsed in every attempt. */
export function givenUpWords({ attempt, interventions }: Pick<RunState, 'attempt' | 'interventions'>): string {
  const last = interventions.at(-1);
  return (
    `The untrained heads stay: the training collapsed in each of ${attempt} attempts, the last time at step ` +
    `${last?.step ?? 0}: ${last?.words ?? ''}. Semi-hard triplets collapse less easily than the hardest: --miner semi-hard.`
  );
}
