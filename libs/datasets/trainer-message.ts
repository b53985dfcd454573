import { z } from 'zod';

const share = z.number().min(0).max(1);

/** hitRateAt1 on style-disjoint validation photos; null where no photo has anything to find. */
export const validationFiguresSchema = z.strictObject({
  sameProduct: share.nullable(),
  sameStyle: share.nullable(),
  sameStyleOtherColour: share.nullable(),
  /** What the checkpoint is chosen by: the mean of those above that are not null. */
  criterion: share,
});
export type ValidationFigures = z.infer<typeof validationFiguresSchema>;

/** One line of the trainer's standard output. */
export const trainerMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('progress'),
    /** A training goes over its steps twice: to judge, and to fit. */
    pass: z.int().min(1),
    passes: z.int().min(1),
    /** Of the pass. */
    step: z.int().min(0),
    steps: z.int().min(1),
    /** null where a batch held no triplet, and before the first step. */
    loss: z.number().nullable(),
    /** Share of the mined triplets that still violate their order or margin. */
    activeShare: share.nullable(),
    /** Share of the batch's photos that had another photo as a positive, mean over the parts. */
    realPositiveShare: share.nullable(),
    validation: validationFiguresSchema.nullable(),
    /** Of the pass. */
    secondsLeft: z.number().min(0).nullable(),
    /** What the whole training was expected to take before its first step; null where that is not known. */
    secondsExpected: z.number().min(0).nullable(),
    message: z.string(),
  }),
  z.strictObject({
    type: z.literal('finished'),
    version: z.string().min(1),
    /** Absolute path of the bundle. */
    directory: z.string().min(1),
    headsChosen: z.enum(['trained', 'untrained']),
    reason: z.string(),
    dial: share,
    seconds: z.number().min(0),
  }),
  z.strictObject({
    type: z.literal('failed'),
    code: z.string().min(1),
    message: z.string(),
    remedy: z.string().optional(),
    /** What says nothing of itself may be a full disk as well as a fault of ours: it is tried again. */
    mayPass: z.boolean(),
  }),
]);
export type TrainerMessage = z.infer<typeof trainerMessageSchema>;

/**
 * The message in one line of the trainer's standard output, or null when the line is none: a native library may print
 * there, too, and must not end a training.
 */
export function parseTrainerLine(line: string): TrainerMessage | null {
  if (!line.startsWith('{')) return null;
  try {
    return trainerMessageSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
