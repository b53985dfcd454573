import { z } from 'zod';

/** What an audit looks for, worst first. */
export const FINDING_KINDS = [
  'contradictions',
  'mislabels',
  'near-duplicates',
  'shared-photos',
  'split-styles',
  'placeholders',
  'broken-photos',
  'no-photos',
  'tiny-photos',
  'missing-colours',
  'small-categories',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** `certain`: counted. `likely`: most were right where it was measured, see docs/audit.md. `possible`: look before you act. */
const CERTAINTIES = ['certain', 'likely', 'possible'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

const product = z.object({
  productId: z.string(),
  styleId: z.string(),
  title: z.string(),
  category: z.string().nullable(),
  colour: z.string().nullable(),
});

const example = z.object({
  certainty: z.enum(CERTAINTIES),
  /** One sentence: what was seen. */
  why: z.string(),
  /** Photos to look at, the one in question first. */
  photos: z.array(z.object({ imageId: z.string(), productId: z.string().nullable() })),
  products: z.array(product),
  /** What it was judged by: distances, similarities, sizes. */
  measures: z.record(z.string(), z.number()),
});
export type FindingExample = z.output<typeof example>;

const finding = z.object({
  kind: z.enum(FINDING_KINDS),
  title: z.string(),
  /** What is counted. */
  unit: z.string(),
  count: z.int().min(0),
  /** Of the least certain example; null where nothing was found. */
  certainty: z.enum(CERTAINTIES).nullable(),
  /** What to do about it, in a sentence. */
  advice: z.string(),
  /** What the audit could not judge, and why; null: everything. */
  limit: z.string().nullable(),
  /** The clearest first. */
  examples: z.array(example),
});
export type Finding = z.output<typeof finding>;

export const auditReportSchema = z.object({
  format: z.literal('weft-audit-1'),
  catalogue: z.object({
    products: z.int().min(0),
    styles: z.int().min(0),
    photos: z.int().min(0),
    /** Photos whose file could not be looked at: no duplicate of them is found. */
    photosNotLookedAt: z.int().min(0),
    /** Photos without cached features: they are compared with no other. */
    photosWithoutFeatures: z.int().min(0),
  }),
  /** One of each kind, in a fixed order. */
  findings: z.array(finding),
  seconds: z.number().min(0),
});
export type AuditReport = z.output<typeof auditReportSchema>;

/** How many of each kind, of those that were found. */
export const auditSummarySchema = z.record(z.string(), z.int().min(1));
export type AuditSummary = z.output<typeof auditSummarySchema>;

export function summaryOf({ findings }: AuditReport): AuditSummary {
  return Object.fromEntries(findings.flatMap(({ kind, count }) => (count === 0 ? [] : [[kind, count]])));
}

/** The summary in a sentence. */
export function sentenceOf(summary: AuditSummary): string {
  const found = Object.entries(summary).map(([kind, count]) => `${kind.replaceAll('-', ' ')} ${count}`);
  return found.length === 0
    ? 'The audit found nothing wrong.'
    : `The audit found: ${found.join(', ')}. See: weft audit`;
}
