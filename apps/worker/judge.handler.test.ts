import { type GenerationId, WeftError } from '#foundation';
import { type GenerationService, type Promotion, PromotionRefused, type Verdict } from '#generations';
import { describe, expect, it } from 'vitest';
import { judgeAndPromote } from './judge.handler.js';

const GENERATION = 2 as GenerationId;
const PROMOTION = { generation: GENERATION, retired: 1 } as Promotion;
const missing = () => new WeftError('verdict-missing', 'The catalogue changed.', { value: GENERATION });

/** What the gate found, as far as it is looked at here. */
const verdictOf = (reason: string) =>
  ({ generation: GENERATION, against: 1, judgement: { outcome: 'worse', reasons: [reason] } }) as unknown as Verdict;

/** Judges as often as it is asked; each promotion is the next of these outcomes. */
function gate(outcomes: (Promotion | Error)[]) {
  const verdicts: Verdict[] = [];
  const judge = async () => {
    verdicts.push(verdictOf(`number ${verdicts.length + 1}`));
    return verdicts.at(-1)!;
  };
  const promote = async () => {
    const outcome = outcomes.shift()!;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const parts = { judge, generations: { promote } as unknown as GenerationService };
  const signal = new AbortController().signal;
  const run = (wanted: 'never' | 'if-better') =>
    judgeAndPromote(parts, GENERATION, wanted, 'a test', () => undefined, signal);
  return { run, verdicts };
}

describe('judging before a promotion', () => {
  it('is done again where the catalogue changed before the promotion', async () => {
    const { run, verdicts } = gate([missing(), missing(), PROMOTION]);
    expect(await run('if-better')).toMatchObject({ promoted: true, verdict: { judgement: { reasons: ['number 3'] } } });
    expect(verdicts).toHaveLength(3);
  });

  it('is given up where the catalogue changes each time', async () => {
    const { run, verdicts } = gate([missing(), missing(), missing()]);
    await expect(run('if-better')).rejects.toMatchObject({ code: 'verdict-missing' });
    expect(verdicts).toHaveLength(3);
  });

  it('stops at a refusal, at any other failure, and where no promotion is wanted', async () => {
    const refused = gate([new PromotionRefused(verdictOf('It finds less.'))]);
    expect(await refused.run('if-better')).toMatchObject({ promoted: false });
    const broken = gate([new WeftError('database-unreachable', 'Postgres is gone.')]);
    await expect(broken.run('if-better')).rejects.toMatchObject({ code: 'database-unreachable' });
    const alone = gate([]);
    expect(await alone.run('never')).toMatchObject({ promoted: false, refusal: null });
    expect([refused, broken, alone].map(({ verdicts }) => verdicts.length)).toEqual([1, 1, 1]);
  });
});
