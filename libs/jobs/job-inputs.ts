import { isAbsolute } from 'node:path';
import { FEED_FORMATS, feedMapping, isEncodingName } from '#feeds';
import { completeSettings, DEVICES, LARGEST_ID, trainingFields, WeftError } from '#foundation';
import { z } from 'zod';

const absolutePath = z.string().refine((path) => isAbsolute(path) && !path.includes('\0'), 'must be an absolute path');

const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(4_000)
  // Inputs are kept, shown and backed up.
  .refine((address) => {
    // What is no address at all is told so.
    if (!URL.canParse(address)) return true;
    const { username, password } = new URL(address);
    return username === '' && password === '';
  }, 'must carry no user name or password');

/** A feed and where it may reach. */
const feedPlace = {
  /** The feed file, or the address to fetch it from. */
  feed: z.union([absolutePath, webAddress], {
    error: 'must be an absolute path, or an http or https address without a user name or password',
  }),
  /** Directory that the feed and its images must lie in; null: any file the worker may read. */
  root: absolutePath.nullable().default(null),
};

/** How a feed is read, beyond where it is; null: by its content. */
const feedReading = {
  format: z.enum(FEED_FORMATS).nullable().default(null),
  encoding: z
    .string()
    .refine(isEncodingName, 'must be an encoding such as utf-8, utf-16le or windows-1252')
    .nullable()
    .default(null),
  mapping: feedMapping.nullable().default(null),
};

/** What a training is given, wherever it is asked for. */
export const TRAIN_FIELDS = {
  ...trainingFields,
  device: z.enum(DEVICES).default('auto').describe('auto: as the worker is set. gpu: used, or the training fails.'),
};

type TrainFields = z.output<z.ZodObject<typeof TRAIN_FIELDS>>;

/** The settings with what they left out; refuses what a second shop cannot be trained with. */
export function completeTraining<G extends TrainFields & { also: unknown }>(given: G, context: z.RefinementCtx) {
  if (given.also !== null && given.loss.name === 'proxy-anchor') {
    const message =
      'must be left out: the loss proxy-anchor holds every class against all others, those of the other shop';
    context.addIssue({ code: 'custom', path: ['also'], message });
  }
  return completeSettings(given, context);
}

/** What follows a training. */
export const afterTraining = z
  .enum(['nothing', 'embed', 'promote'])
  .default('nothing')
  .describe('embed: a generation is made with the model, and judged; promote: and served, when the gate lets it pass.');

/** What becomes of a generation that was judged. */
export const afterJudging = z
  .enum(['never', 'if-better'])
  .default('never')
  .describe('if-better: it is promoted when the gate finds it better, or no worse; never: it waits for a person.');

/** What each kind of job is given; unknown members are refused. */
export const JOB_INPUTS = {
  import: z.strictObject({
    ...feedPlace,
    ...feedReading,
    /** Says what an import would do, and changes nothing. */
    dryRun: z.boolean().default(false),
    /** Imports a fetched feed even where it is the one that the catalogue was made from. */
    again: z.boolean().default(false),
  }),
  train: z
    .strictObject({
      ...TRAIN_FIELDS,
      /** Feed of another shop, whose photos are trained on, too; the catalogue does not take them in. */
      also: z.strictObject(feedPlace).nullable().default(null),
      then: afterTraining,
    })
    .transform(completeTraining),
  embed: z.strictObject({
    /** null: the newest model. */
    modelVersion: z.string().min(1).nullable().default(null),
    promote: afterJudging,
  }),
  judge: z.strictObject({
    generation: z.int().min(1).max(LARGEST_ID),
    promote: afterJudging,
  }),
  audit: z.strictObject({}),
  /** The nightly run. */
  refresh: z.strictObject({}),
};

export type JobKind = keyof typeof JOB_INPUTS;
export const JOB_KINDS = Object.keys(JOB_INPUTS) as JobKind[];
export type JobInput<K extends JobKind = JobKind> = z.output<(typeof JOB_INPUTS)[K]>;
/** An input without what has a default. */
export type JobRequest<K extends JobKind = JobKind> = z.input<(typeof JOB_INPUTS)[K]>;

/**
 * The input that a job of this kind is given, with its defaults.
 *
 * @throws WeftError `job-input-invalid`
 */
export function parseJobInput<K extends JobKind>(kind: K, input: unknown): JobInput<K> {
  const parsed = JOB_INPUTS[kind].safeParse(input);
  if (parsed.success) return parsed.data as JobInput<K>;
  throw new WeftError('job-input-invalid', `The ${kind} job cannot be started: ${faultOf(parsed.error)}.`, {
    value: withoutPasswords(input),
  });
}

/** What is said of an input in errors and logs. */
function withoutPasswords(input: unknown): unknown {
  const text = JSON.stringify(input)?.replaceAll(/(https?:\/\/)[^/@"\s]*@/gi, '$1...@');
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** The first fault, as a clause: a member that is not known is at fault itself, not the object that holds it. */
function faultOf({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.map(String) ?? [];
  if (issue?.code === 'unrecognized_keys') return `${[...path, issue.keys[0]].join('.')} is not known here`;
  return `${path.join('.') || 'its input'} ${issue?.message ?? 'is invalid'}`;
}
