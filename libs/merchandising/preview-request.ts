import { optionsOf, type Recommendations, type Recommender, shopperBody, signalsOf, similarBody } from '#similarity';
import { z } from 'zod';
import { ruleRequest } from './rule-request.js';

const FIRST_PAGE = { path: ['cursor'], message: 'cannot be: a preview shows the first page' };
const isFirstPage = ({ cursor }: { cursor?: string | undefined }) => cursor === undefined;

/** The two requests that a rule can be tried on. */
export const previewedSimilar = similarBody.refine(isFirstPage, FIRST_PAGE);
export const previewedRecommendation = shopperBody.refine(isFirstPage, FIRST_PAGE);
type PreviewedRequest = z.output<typeof previewedSimilar> | z.output<typeof previewedRecommendation>;

/** What is tried; on which request is parsed by itself, so that faults are told of the one that is meant. */
export const draftFields = {
  rule: ruleRequest.optional().describe('What is tried: beside the stored rules, or in place of the one with this id.'),
  id: z.int().min(1).optional().describe('Of the stored rule that is replaced or, without a rule, left out.'),
};

/** Asks what the request asks. */
export function asking(request: PreviewedRequest): (recommender: Recommender) => Promise<Recommendations> {
  if ('similarTo' in request) {
    const { similarTo, ...options } = request;
    return (recommender) => recommender.similar(similarTo, optionsOf(options));
  }
  const { signals, shopperId, ...options } = request;
  return (recommender) => recommender.recommend({ signals: signalsOf(signals), shopperId }, optionsOf(options));
}
