import { type GenerationId, type ModelVersion, WeftError } from '#foundation';
import { type Generation, GenerationService, type Promotion, type PromotionRequest, type Verdict } from '#generations';
import type { JudgeResult } from '#jobs';
import { runJob } from './run-job.js';
import type { Session } from './session.js';

/**
 * Promotes a generation, and judges it first where no verdict is true of this moment.
 *
 * @returns the verdict it was promoted by; null where none was needed
 * @throws as GenerationService.promote
 */
export async function promoteJudged(
  session: Session,
  wanted: GenerationId | ModelVersion,
  request: PromotionRequest,
): Promise<Promotion & { verdict: Verdict | null }> {
  const { generations } = session.database;
  const service = new GenerationService(generations);
  const known = async () => {
    const promotion = await service.promote(wanted, request);
    const verdict = await generations.verdict(promotion.generation);
    return { ...promotion, verdict: verdict?.against === promotion.retired ? verdict : null };
  };
  try {
    return await known();
  } catch (error) {
    if (!(error instanceof WeftError) || error.code !== 'verdict-missing') throw error;
    await judge(session, error.value as GenerationId);
    return known();
  }
}

/** Judges a generation by a job, and returns what the gate found. */
export async function judge(session: Session, generation: GenerationId): Promise<Verdict> {
  const { verdict } = (await runJob(session, 'judge', { generation })).result as JudgeResult;
  return { ...verdict, judgedAt: new Date(verdict.judgedAt) };
}

/** The newest generation that waits for its promotion. @throws WeftError `nothing-to-promote` */
export async function newestReady({ database }: Session): Promise<Generation> {
  const ready = (await database.generations.list()).find(({ state }) => state === 'ready');
  if (ready !== undefined) return ready;
  throw new WeftError('nothing-to-promote', 'No generation waits for its promotion.', {
    remedy: 'weft train && weft embed',
  });
}
