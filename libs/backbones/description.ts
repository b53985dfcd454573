import { backboneName, type BackboneSettings, featureLayoutSchema, type FeatureSpace, WeftError } from '#foundation';
import { CANONICAL_SIZES } from '#imaging';
import { z } from 'zod';

const perChannel = (number: z.ZodNumber) => z.tuple([number, number, number]);

export const backboneSettings = z.strictObject({
  inputSize: z.int().min(CANONICAL_SIZES.from).max(CANONICAL_SIZES.to),
  layout: z.enum(['nchw', 'nhwc']).default('nchw'),
  channels: z.enum(['rgb', 'bgr']).default('rgb'),
  mean: perChannel(z.number().min(-10).max(10)),
  std: perChannel(z.number().min(1e-4).max(1000)),
  output: z.string().min(1).max(2000).nullable().default(null),
}) satisfies z.ZodType<BackboneSettings>;

/** What a trial of a feature graph found. */
export const trialFindings = z.strictObject({
  /** Numbers a photo. */
  width: z.int().min(1).max(100_000),
  /** Most pictures that the graph takes at once. */
  photosAtOnce: z.int().min(1).max(8),
  /** On one thread. */
  millisecondsAPhoto: z.number().min(0),
  /** Most memory that the process of the trial held, in bytes. */
  memoryBytes: z.number().min(0),
});
export type TrialFindings = z.infer<typeof trialFindings>;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** `backbone.json`: what was brought, and what came of its trial. */
export const descriptionSchema = z.strictObject({
  format: z.literal('weft-backbone-1'),
  name: backboneName,
  settings: backboneSettings,
  /** The `.onnx` file as it was brought. */
  file: z.strictObject({ name: z.string(), bytes: z.int(), sha256: hash }),
  extractorId: z.string().regex(/^[0-9a-f]{16}$/),
  layout: featureLayoutSchema,
  trial: trialFindings,
  addedAt: z.iso.datetime(),
});
export type BackboneDescription = z.infer<typeof descriptionSchema> & FeatureSpace;

/** @throws WeftError `backbone-settings` with what is wrong about which */
export function parseBackboneSettings(input: unknown): BackboneSettings {
  const parsed = backboneSettings.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WeftError('backbone-settings', `The backbone's ${issue?.path.join('.')}: ${issue?.message}.`, {
    value: input,
    remedy: 'See docs/custom-backbone.md.',
  });
}

/** @throws WeftError `backbone-settings` */
export function parseBackboneName(name: string): string {
  const parsed = backboneName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new WeftError('backbone-settings', `A backbone's name ${parsed.error.issues[0]?.message}.`, { value: name });
}
