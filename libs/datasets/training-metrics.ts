import { auditSummarySchema } from '#audit';
import { matchingSchema } from '#evaluation';
import { z } from 'zod';
import { validationFiguresSchema } from './trainer-message.js';

const share = z.number().min(0).max(1);
const taskFields = z.object({
  queries: z.int(),
  hitRateAt1: share,
  hitRateAt5: share,
  hitRateAt10: share,
  rPrecision: share,
  mapAtR: share,
  interval95: z.tuple([share, share]),
});
const task = taskFields.nullable();
const categoryTask = taskFields.extend({ styles: z.int() }).nullable();
const report = z.object({
  sameProduct: task,
  sameStyle: task,
  sameStyleOtherColour: task,
  otherStyles: z
    .object({
      categoryAt10: share.nullable(),
      genderAt10: share.nullable(),
      colourDifferenceAt10: z.number(),
    })
    .nullable(),
});
const step = z.object({
  step: z.int(),
  loss: z.number().nullable(),
  activeShare: share.nullable(),
  realPositiveShare: share.nullable(),
  /** How far apart the batch's unit embeddings lay: 1 minus the squared length of their mean. */
  spread: z.object({ shape: share, colour: share }).nullable().default(null),
  /** 1, and one more with every restart, which goes back to an earlier step. */
  attempt: z.int().min(1).default(1),
});
const byCategory = z.array(
  z.object({
    category: z.string().nullable(),
    photos: z.int(),
    styles: z.int(),
    sameProduct: categoryTask,
    sameStyle: categoryTask,
    sameStyleOtherColour: categoryTask,
  }),
);
const difference = z.object({ difference: z.number(), interval95: z.tuple([z.number(), z.number()]) }).nullable();

const differences = z.object({ sameProduct: difference, sameStyle: difference, sameStyleOtherColour: difference });
const counts = z.object({ styles: z.int(), products: z.int(), photos: z.int() });

/** A restart from an earlier step at a lower rate, or the end of trying. */
const interventionSchema = z.object({
  pass: z.enum(['judge', 'refit']),
  /** The one that collapsed, from 1. */
  attempt: z.int().min(1),
  /** Where it was seen. */
  step: z.int(),
  sign: z.enum(['collapsed', 'diverged']),
  words: z.string(),
  /** Where the next attempt went on, and by which factor on the scheduled rate; null: it was given up. */
  restart: z.object({ step: z.int(), factor: z.number() }).nullable(),
});

const minedPhoto = z.object({ imageId: z.string(), productId: z.string(), styleId: z.string() });
const space = z.enum(['shape', 'colour', 'joined', 'joinedStyle']);

/** What was mined offline: how much at each epoch, and the hardest triplets of the last one. */
export const miningRecordSchema = z.object({
  epochs: z.array(
    z.object({
      pass: z.enum(['judge', 'refit']),
      attempt: z.int().min(1),
      /** Steps that were taken when it was mined. */
      step: z.int(),
      space,
      triplets: z.int(),
      /** By their gap then: the negative not farther than the positive, farther by less than the margin, or by more. */
      hard: z.int(),
      semiHard: z.int(),
      easy: z.int(),
    }),
  ),
  hardest: z.array(
    z.object({
      space,
      /** Of the settings' distance or similarity. */
      toPositive: z.number(),
      toNegative: z.number(),
      anchor: minedPhoto,
      positive: minedPhoto,
      negative: minedPhoto,
    }),
  ),
});
export type MiningRecord = z.infer<typeof miningRecordSchema>;

/** What a training leaves behind for people and for the promotion gate: `metrics` of the manifest, `metrics.json`. */
export const trainingMetricsSchema = z.object({
  dial: share,
  counts: z.object({
    train: counts,
    validation: counts,
    holdout: counts,
    contradictions: z.int(),
  }),
  /** What the audit before the training found, by kind; null where there was none, and in older models. */
  audit: auditSummarySchema.nullable().default(null),
  /** Steps of the first pass, on the training styles. */
  curve: z.array(step.extend({ validation: validationFiguresSchema.nullable() })),
  /** Steps of the second, on training and validation styles; empty where the untrained heads stay, and in older models. */
  refitCurve: z.array(step).default([]),
  /** What the watchdog did: empty for a training that went well. */
  interventions: z.array(interventionSchema).default([]),
  /** Why judging ended before the last step of its schedule; null where it did not. */
  stoppedEarly: z.object({ step: z.int(), words: z.string() }).nullable().default(null),
  /** null where triplets were mined online, and in older models. */
  mining: miningRecordSchema.nullable().default(null),
  /** Style-disjoint validation at the default dial, from heads trained on the training styles only. */
  validation: z
    .object({ trained: validationFiguresSchema, untrained: validationFiguresSchema, step: z.int() })
    .nullable(),
  /** Hold-out styles at the default dial, from the heads in the bundle; null without a hold-out. */
  holdout: z.object({ trained: report, untrained: report, backbone: report, histogram: report }).nullable(),
  /** The heads in the bundle on the hold-out, over the dial; null without a hold-out, and in older models. */
  sweep: z
    .array(report.extend({ dial: share }))
    .nullable()
    .default(null),
  /** The heads in the bundle on the hold-out at the default dial, by category of the query; null as above. */
  categories: byCategory.nullable().default(null),
  /** The same by the last step of the category's path, `Tees` of `Men > Tops > Tees`: fewer kinds, of more styles each. */
  kinds: byCategory.nullable().default(null),
  /** Paired bootstrap over hold-out styles: trained minus untrained hitRateAt1. */
  trainedMinusUntrained: differences.nullable(),
  /** What training on a second shop's photos, too, did to both shops, at the default dial; null without one. */
  secondShop: z
    .object({
      counts: z.object({ train: counts, validation: counts, holdout: counts }),
      /** Hold-out styles of the second shop; null without any. */
      holdout: z
        .object({
          /** Heads trained on the first shop alone, about the first shop's centre. */
          before: report,
          /** The same heads about the second shop's own centre. */
          recentred: report,
          /** Heads trained on both, about its own centre. */
          after: report,
          recentredMinusBefore: differences,
          afterMinusBefore: differences,
        })
        .nullable(),
      /** Hold-out styles of the first shop; null without any. */
      firstShop: z.object({ before: report, after: report, afterMinusBefore: differences }).nullable(),
    })
    .nullable()
    .default(null),
  /** What the model verifies and recognises photos by; null where the validation styles were too few to calibrate on. */
  matching: matchingSchema.nullable().default(null),
  seconds: z.record(z.string(), z.number()),
  /** Of the whole training: what was said when the first step was about to be taken, and what it was. */
  time: z.object({ saidSeconds: z.number().nullable(), seconds: z.number() }).nullable().default(null),
  compute: z.object({
    tensorflow: z.string().nullable(),
    tfjs: z.string(),
    device: z.enum(['cpu', 'gpu', 'wasm']),
    threads: z.int(),
    /** Why WebAssembly was taken in place of the native library; null: nothing was replaced. */
    insteadBecause: z.string().nullable().default(null),
  }),
});
export type TrainingMetrics = z.infer<typeof trainingMetricsSchema>;
