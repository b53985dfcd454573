import { z } from 'zod';

/** What may have come apart, in the order in which it is looked for, and what each is called. */
export const DIFFERENCES = {
  'abandoned-builds': 'generations whose builder died',
  'unknown-tables': 'tables of vectors of no generation',
  'missing-tables': 'tables of vectors missing or not seen by searches',
  'unfinished-models': 'directories of models that never became whole',
  'unrecorded-models': 'whole models that were not recorded',
  'damaged-models': 'models whose files are missing or altered',
  'photos-with-other-content': 'photos whose file holds another picture by now',
  'damaged-features': 'feature files that are damaged',
  'photos-without-features': 'photos without features',
  'faulty-vectors': 'vectors of wrong length or size, or not of numbers',
  'foreign-vectors': 'photo vectors that are not what the model makes of the photo',
  'photos-without-vector': 'photos without a vector',
  'products-without-vector': 'products without a vector',
  'photos-that-left': 'vectors of photos that are shown no more',
  'products-that-left': 'vectors of products that are not for sale',
  'products-not-of-main-photo': 'product vectors that are not that of the main photo',
  'miscounted-generations': 'generations with wrong counts',
  'broken-indexes': 'indexes that are missing or invalid',
  'dead-rows': 'tables with many dead rows',
  'old-statistics': 'tables whose statistics are old',
} as const;
export type DifferenceKind = keyof typeof DIFFERENCES;

const KINDS = Object.keys(DIFFERENCES) as [DifferenceKind, ...DifferenceKind[]];

const difference = z.object({
  kind: z.enum(KINDS),
  /** Where: a generation; null where it is not of one. */
  generation: z.int().nullable(),
  found: z.int().min(1),
  /** Of those found; the rest is open still. */
  closed: z.int().min(0),
  /** Some of what was found: ids, names, paths. */
  examples: z.array(z.string()),
  /** Why something is open, for some of it. */
  open: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type Difference = z.output<typeof difference>;

/** What a nightly run found and did. */
export const refreshReportSchema = z.object({
  format: z.literal('weft-refresh-1'),
  examined: z.object({
    products: z.int().min(0),
    photos: z.int().min(0),
    /** Kept ones. */
    generations: z.array(z.int()),
  }),
  /** Of each kind and generation one; none where nothing had come apart. */
  differences: z.array(difference),
  /** Wall time by stage. */
  seconds: z.record(z.string(), z.number().min(0)),
});
export type RefreshReport = z.output<typeof refreshReportSchema>;
