import type { EmbedOutcome, JudgeResult } from '#jobs';
import { describeVerdict } from './describe-verdict.js';

/** What an embedding made, what the gate says of it, and what can be done with it. */
export function describeEmbedding({
  generation,
  modelVersion,
  products,
  images,
  state,
  ...rest
}: EmbedOutcome): string {
  const { judged, notJudged } = rest;
  return [
    `Generation ${generation} (model ${modelVersion}): ${products} products, ${images} photos, ${state}.`,
    ...(judged === null ? [] : ['', describeVerdict(judged.verdict), '']),
    ...(notJudged === null ? [] : [`It could not be judged: ${notJudged.message}`]),
    ...(state === 'active' ? [] : [whatNow(generation, judged)]),
  ].join('\n');
}

function whatNow(generation: number, judged: JudgeResult | null): string {
  if (judged?.refusal != null && judged.verdict.judgement.outcome === 'undecided')
    return `Nobody watched, so it is not served; if you want it to be: weft promote ${generation}`;
  if (judged?.verdict.judgement.outcome !== 'worse') return `Serve it with: weft promote ${generation}`;
  return `The gate holds it back. Serve it all the same: weft promote ${generation} --override --by NAME --reason TEXT`;
}
