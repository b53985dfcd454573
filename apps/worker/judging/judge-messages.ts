import { artifactPlaceSchema } from '#config';
import { z } from 'zod';
import type { Progress } from '#foundation';
import type { Verdict } from '#generations';

/** What a judging thread is started with. */
export const judgeQuestionSchema = z.strictObject({
  connection: z.union([
    z.strictObject({ url: z.string() }),
    z.strictObject({ socketDir: z.string(), user: z.string(), database: z.string() }),
  ]),
  home: z.string(),
  artifacts: artifactPlaceSchema.nullable(),
  generation: z.int(),
});
export type JudgeQuestion = z.infer<typeof judgeQuestionSchema>;

/** What it says; a thread that fails unexpectedly ends with an error instead. */
export const judgeMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), progress: z.custom<Progress>() }),
  z.strictObject({ kind: z.literal('verdict'), verdict: z.custom<Verdict>() }),
  z.strictObject({
    kind: z.literal('failure'),
    failure: z.strictObject({
      ...{ code: z.string(), message: z.string(), value: z.unknown(), remedy: z.string().optional() },
      isRetryable: z.boolean(),
    }),
  }),
]);
export type JudgeMessage = z.infer<typeof judgeMessageSchema>;
