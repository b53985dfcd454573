import { z } from 'zod';
import type { NearDuplicateListings } from '#audit';
import type { VisualTree } from '#visual-groups';

/** What an analysis thread is started with: one question. */
export const analysisQuestionSchema = z.strictObject({
  connection: z.union([
    z.strictObject({ url: z.string() }),
    z.strictObject({ socketDir: z.string(), user: z.string(), database: z.string() }),
  ]),
  generation: z.int(),
  about: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('tree'), dial: z.number(), groupBy: z.enum(['product', 'style']) }),
    z.strictObject({ kind: z.literal('near-duplicates') }),
  ]),
});
export type AnalysisQuestion = z.infer<typeof analysisQuestionSchema>;

/** Its one answer; a thread that fails ends with an error instead. */
export const analysisAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tree'), tree: z.custom<VisualTree>() }),
  z.strictObject({ kind: z.literal('near-duplicates'), listings: z.custom<NearDuplicateListings>() }),
]);
export type AnalysisAnswer = z.infer<typeof analysisAnswerSchema>;
