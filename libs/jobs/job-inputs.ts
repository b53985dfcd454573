import { isAbsolute } from 'node:path';
import { DEVICES, LOSS_NAMES, RECIPE_NAMES, WeftError } from '#foundation';
import { z } from 'zod';

const absolutePath = z.string().refine((path) => isAbsolute(path) && !path.includes('\0'), 'must be an absolute path');

/** What each kind of job is given; unknown members are refused. */
export const JOB_INPUTS = {
  import: z.strictObject({
    /** The feed file. */
    feed: absolutePath,
    /** Directory that the feed and its images must lie in; null: any file the worker may read. */
    root: absolutePath.nullable().default(null),
  }),
  train: z.strictObject({
    recipe: z.enum(RECIPE_NAMES).default('quick'),
    loss: z.enum(LOSS_NAMES).default('batch-hard-soft-margin'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1),
    /** `auto`: what the worker is set to. A GPU that is asked for is used, or the training fails. */
    device: z.enum(DEVICES).default('auto'),
  }),
  embed: z.strictObject({
    /** null: the newest model. */
    modelVersion: z.string().min(1).nullable().default(null),
  }),
};

export type JobKind = keyof typeof JOB_INPUTS;
export const JOB_KINDS = Object.keys(JOB_INPUTS) as JobKind[];
export type JobInput<K extends JobKind = JobKind> = z.output<(typeof JOB_INPUTS)[K]>;

/**
 * The input that a job of this kind is given, with its defaults.
 *
 * @throws WeftError `job-input-invalid`
 */
export function parseJobInput<K extends JobKind>(kind: K, input: unknown): JobInput<K> {
  const parsed = JOB_INPUTS[kind].safeParse(input);
  if (parsed.success) return parsed.data as JobInput<K>;
  const issue = parsed.error.issues[0];
  throw new WeftError(
    'job-input-invalid',
    `The ${kind} job cannot be started: ${issue?.path.join('.') || 'its input'} ${issue?.message ?? 'is invalid'}.`,
    { value: input },
  );
}
