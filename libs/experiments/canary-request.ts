import { z } from 'zod';
import { experimentRequest } from './experiment-request.js';

const { treatmentShare, metric, smallestEffect, baseline, windowDays, alpha, power } = experimentRequest.shape;

/** How a canary is asked for: an experiment of one generation against whichever is active, with less to say. */
export const canaryRequest = z.strictObject({
  share: treatmentShare.default(0.1).describe('Share of shoppers that get the generation.'),
  metric: metric.default('click'),
  smallestEffect: smallestEffect.default(0.02),
  ...{ baseline, windowDays, alpha, power },
});
export type CanaryRequest = z.output<typeof canaryRequest>;
