import { z } from 'zod';
import { judgementSchema } from '#evaluation';
import type { Verdict } from '#generations';
import { responseSchema } from '../http/schema-registry.js';

/** What the gate found about a generation. */
export const verdictResponse = responseSchema(
  'Verdict',
  z.object({
    generation: z.int(),
    against: z.int().describe('The generation that was active.'),
    judgedAt: z.iso.datetime(),
    judgement: judgementSchema,
  }),
);
export type VerdictAnswer = z.input<typeof verdictResponse>;

export function presentVerdict({ generation, against, judgedAt, judgement }: Verdict): VerdictAnswer {
  return { generation, against, judgedAt: judgedAt.toISOString(), judgement };
}
