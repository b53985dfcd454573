import { z } from 'zod';

/** What `trainer self-test` prints: a calculation on the device that would train, held against plain numbers. */
export const selfTestSchema = z.object({
  tensorflow: z.string().nullable(),
  tfjs: z.string(),
  device: z.enum(['cpu', 'gpu', 'wasm']),
  threads: z.int(),
  insteadBecause: z.string().nullable(),
  /** Largest error of each calculation, as a share of the largest number of the result. */
  errors: z.record(z.string(), z.number().nullable()),
  /** The errors allowed: a GPU multiplies with 10-bit mantissas. */
  tolerance: z.number(),
  passed: z.boolean(),
});
export type SelfTest = z.infer<typeof selfTestSchema>;
