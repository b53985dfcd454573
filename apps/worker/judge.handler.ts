import { type GenerationId, type ProgressListener, WeftError } from '#foundation';
import { type GenerationService, type GenerationStore, PromotionRefused } from '#generations';
import type { JobHandler, JudgeResult } from '#jobs';
import type { Judge } from './judging/judge-in-thread.js';

/** Judges a generation, and promotes it where that is wanted and the gate allows it. A refusal is a result, no failure. */
export function judgeHandler(
  judge: Judge,
  generations: GenerationService,
  store: Pick<GenerationStore, 'find' | 'verdict'>,
): JobHandler<'judge'> {
  return async ({ requestedBy, attempts, input: { generation, promote } }, report, signal) => {
    const known = attempts > 1 && promote === 'if-better' ? await promotedBefore(store, generation) : null;
    return known ?? judgeAndPromote({ judge, generations }, generation, promote, requestedBy, report, signal);
  };
}

/** What an attempt came to that ended before it could say so: judged again it would be held against itself. */
async function promotedBefore(
  store: Pick<GenerationStore, 'find' | 'verdict'>,
  generation: GenerationId,
): Promise<JudgeResult | null> {
  const verdict = await store.verdict(generation);
  if (verdict === null || verdict.against === generation) return null;
  if ((await store.find(generation))?.state !== 'active') return null;
  return { generation, verdict, promoted: true, refusal: null, seconds: 0 };
}

/** How often it is judged while the catalogue changes: a verdict is one on the catalogue of its moment. */
const MOST_JUDGEMENTS = 3;

/** @param by whom a promotion is recorded for */
export async function judgeAndPromote(
  { judge, generations }: { judge: Judge; generations: GenerationService },
  generation: GenerationId,
  promote: 'never' | 'if-better',
  by: string,
  report: ProgressListener,
  signal: AbortSignal,
): Promise<JudgeResult> {
  const start = performance.now();
  for (let left = MOST_JUDGEMENTS; ; left -= 1) {
    const verdict = await judge(generation, report, signal);
    const result = { generation, verdict, seconds: (performance.now() - start) / 1000 };
    if (promote === 'never') return { ...result, promoted: false, refusal: null };
    try {
      await generations.promote(generation, { by, isAutomatic: true });
      return { ...result, promoted: true, refusal: null };
    } catch (error) {
      if (error instanceof PromotionRefused) return { ...result, promoted: false, refusal: error.message };
      if (left === 1 || !(error instanceof WeftError) || error.code !== 'verdict-missing') throw error;
      report({ stage: 'judge', fraction: 0, message: 'the catalogue changed meanwhile: judging once more' });
    }
  }
}
