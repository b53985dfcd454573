import { z } from 'zod';
import { problemSchema } from '../http/endpoint.js';
import { requestSchema, responseSchema } from '../http/schema-registry.js';
import {
  RECOMMENDATION_REQUEST_EXAMPLE,
  recommendationRequest,
  RECOMMENDATIONS_EXAMPLE,
  recommendationsResponse,
  similarRequest,
} from './product-schemas.js';

const MOST_REQUESTS = 10;

const distinct = z
  .boolean()
  .default(false)
  .describe('true: what one answer shows, with its styles, the later ones do not; they then have no next pages.');

/** What is documented. */
export const batchRequest = requestSchema(
  'BatchRequest',
  z.strictObject({
    requests: z
      .array(z.union([similarRequest, recommendationRequest]))
      .min(1)
      .max(MOST_REQUESTS),
    distinct,
  }),
);

/** What is parsed at once: each request is parsed by itself, so that one that is wrong leaves the others alone. */
export const batchEnvelope = z
  .strictObject({ requests: z.array(z.looseObject({})).min(1).max(MOST_REQUESTS), distinct })
  .superRefine(({ requests, distinct: isDistinct }, context) => {
    requests.forEach((request, i) => {
      if (!isDistinct || !('cursor' in request)) return;
      const message = 'must be left out: answers of a distinct batch have no next pages';
      context.addIssue({ code: 'custom', path: ['requests', i, 'cursor'], message });
    });
  });

export const batchResponse = responseSchema(
  'BatchAnswer',
  z.object({
    answers: z
      .array(
        z.object({
          answer: recommendationsResponse.nullable(),
          problem: problemSchema.nullable().describe('Why there is no answer.'),
        }),
      )
      .describe('One for each request, in their order.'),
  }),
);

export const BATCH_REQUEST_EXAMPLE = {
  requests: [{ similarTo: 'mh07--gray', count: 4 }, RECOMMENDATION_REQUEST_EXAMPLE],
  distinct: true,
} satisfies z.input<typeof batchRequest>;

export const BATCH_EXAMPLE: z.input<typeof batchResponse> = {
  answers: [{ answer: RECOMMENDATIONS_EXAMPLE, problem: null }],
};
