import { auditReportSchema } from '#audit';
import { z } from 'zod';
import { catalogueText } from '#foundation';
import {
  afterTraining,
  completeTraining,
  JOB_INPUTS,
  JOB_KINDS,
  JOB_STATES,
  type JobLogLine,
  type JobRun,
  PRIORITIES,
  TRAIN_FIELDS,
} from '#jobs';
import { refreshReportSchema } from '#repair';
import { queryNumber } from '../http/fields.js';
import { requestSchema, responseSchema } from '../http/schema-registry.js';

const imported = JOB_INPUTS.import.shape;
export const importRequest = requestSchema(
  'ImportRequest',
  z.strictObject({
    feed: catalogueText.describe(
      'Path of the feed below the feed directory, WEFT_FEED_DIR: what was put to /v1/feeds, say. Or its http or https address.',
    ),
    dryRun: imported.dryRun.describe('Says what an import would do, and changes nothing.'),
    format: imported.format.describe('null: by its content.'),
    encoding: imported.encoding.describe('Such as windows-1252. null: by its content, else UTF-8.'),
    mapping: imported.mapping.describe('What the columns of a foreign feed mean; see docs/feeds.md.'),
    again: imported.again.describe('Imports a fetched feed even where it did not change.'),
  }),
);
export const IMPORT_EXAMPLE = { feed: 'autumn/feed.csv' } satisfies z.input<typeof importRequest>;

export const trainingRequest = requestSchema(
  'TrainingRequest',
  z
    .strictObject({
      ...TRAIN_FIELDS,
      also: catalogueText
        .nullable()
        .default(null)
        .describe('Feed of another shop whose photos are trained on, too: a path below WEFT_FEED_DIR, or an address.'),
      then: afterTraining,
    })
    .transform(completeTraining),
);
export const TRAINING_EXAMPLE = {
  loss: { name: 'triplet-margin', margin: 0.2 },
  miner: { name: 'semi-hard' },
  steps: 300,
  seed: 1,
  device: 'auto',
} satisfies z.input<typeof trainingRequest>;

export const embeddingRequest = requestSchema(
  'EmbeddingRequest',
  z.strictObject({
    modelVersion: catalogueText.optional().describe('Default: the newest model.'),
    promote: JOB_INPUTS.embed.shape.promote,
  }),
);
export const EMBEDDING_EXAMPLE = {} satisfies z.input<typeof embeddingRequest>;

export const auditRequest = requestSchema('AuditRequest', JOB_INPUTS.audit);
export const auditResponse = responseSchema('Audit', auditReportSchema);
export const AUDIT_EXAMPLE: z.input<typeof auditResponse> = {
  format: 'weft-audit-1',
  catalogue: { products: 320, styles: 127, photos: 528, photosNotLookedAt: 0, photosWithoutFeatures: 0 },
  findings: [
    {
      kind: 'missing-colours',
      title: 'Products without a colour',
      unit: 'products',
      count: 1,
      certainty: 'certain',
      advice: 'Fill the color column.',
      limit: null,
      examples: [],
    },
  ],
  seconds: 2.1,
};

export const refreshRequest = requestSchema('RefreshRequest', JOB_INPUTS.refresh);
export const refreshResponse = responseSchema('Refresh', refreshReportSchema);
export const REFRESH_EXAMPLE: z.input<typeof refreshResponse> = {
  format: 'weft-refresh-1',
  examined: { products: 320, photos: 528, generations: [7, 6] },
  differences: [
    {
      kind: 'photos-without-features',
      generation: null,
      found: 2,
      closed: 1,
      examples: ['5b1e…', '9c44…'],
      open: [{ what: '9c44…', why: 'The file does not exist. (/srv/shop/shirt-17.jpg)' }],
    },
  ],
  seconds: { tables: 0.02, models: 0.11, features: 0.4, vectors: 0.05, indexes: 0.01, upkeep: 0.1 },
};
export const jobParams = z.strictObject({ id: z.uuid('must be a UUID').describe('Id of the job.') });
export const jobsQuery = z.strictObject({
  kind: z.enum(JOB_KINDS).optional().describe('Jobs of this kind only.'),
  state: z.enum(JOB_STATES).optional().describe('Jobs in this state only.'),
  limit: queryNumber(z.int().min(1).max(200)).default(20).describe('How many jobs.'),
  cursor: z.uuid('must be a UUID').optional().describe('`nextCursor` of the page before. Default: the first page.'),
});

export const quarantineQuery = z.strictObject({
  limit: queryNumber(z.int().min(1).max(10_000)).default(100).describe('How many entries.'),
});
export const quarantineResponse = responseSchema(
  'Quarantine',
  z.object({
    total: z.int().describe('Entries in all.'),
    entries: z
      .array(
        z.object({
          row: z.int().describe('Data row of the feed; the first after the header is 1.'),
          offerId: z.string().nullable(),
          field: z.string().describe('Feed column; `row` where the row as a whole is at fault.'),
          value: z.string().describe('The offending value, cut to 200 characters.'),
          code: z.string(),
          message: z.string(),
        }),
      )
      .describe('In the order of the feed.'),
  }),
);
export const QUARANTINE_EXAMPLE: z.input<typeof quarantineResponse> = {
  total: 1,
  entries: [
    {
      row: 17,
      offerId: 'shirt-17-m',
      field: 'image_link',
      value: 'images/shirt-17.jpg',
      code: 'image-missing',
      message: 'The file does not exist.',
    },
  ],
};

const time = z.iso.datetime();

const job = z.object({
  id: z.uuid(),
  kind: z.enum(JOB_KINDS),
  state: z
    .enum(JOB_STATES)
    .describe(
      'failed: for a reason that a person must mend. dead: tried as often as it may be. Both, and cancelled, can be retried.',
    ),
  requestedBy: z.string().describe('Id of an API key, `command line`, or `schedule NAME`.'),
  priority: z.enum(PRIORITIES).describe('Which of the jobs of its kind that wait goes first.'),
  idempotencyKey: z.string().nullable(),
  retryOf: z.uuid().nullable().describe('The job that this one tries again.'),
  requestId: z.string().nullable().describe('The x-request-id that asked for it: lines of its work carry it.'),
  input: z.unknown().describe('What the job was started with.'),
  progress: z
    .object({
      stage: z.string(),
      fraction: z.number().min(0).max(1),
      message: z.string(),
      detail: z.record(z.string(), z.union([z.string().nullable(), z.number().nullable()])).optional(),
    })
    .nullable(),
  result: z.unknown().describe('What it came to; null until the job has succeeded.'),
  error: z
    .object({ code: z.string(), message: z.string(), remedy: z.string().optional() })
    .nullable()
    .describe('Why it is failed or dead; of one that is to be tried again, why the try before failed.'),
  createdAt: time,
  notBefore: time.nullable().describe('A queued job waits until then for its next try.'),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  attempts: z.int().min(0).describe('How often a worker began it and did not hand it back.'),
  cancelRequestedAt: time.nullable(),
  cancelRequestedBy: z.string().nullable(),
});
export const jobResponse = responseSchema('Job', job);
export const jobsResponse = responseSchema(
  'Jobs',
  z.object({
    jobs: z.array(jobResponse).describe('Newest first.'),
    nextCursor: z.uuid().nullable().describe('For the next page; null: this is the last.'),
  }),
);
export const jobWithLogResponse = responseSchema(
  'JobWithLog',
  job.extend({
    log: z
      .array(z.object({ at: time, level: z.enum(['info', 'warn', 'error']), words: z.string() }))
      .describe('What happened to it and what its work said, oldest first; at most the newest 1,000 lines.'),
  }),
);

export const JOB_EXAMPLE: z.input<typeof jobResponse> = {
  id: '0b7c2b8e-8d3f-4f0a-9a57-0d0f0c1a2b3c',
  kind: 'train',
  state: 'running',
  requestedBy: 'k3v9q2x',
  priority: 'normal',
  idempotencyKey: null,
  retryOf: null,
  requestId: '6f1c2a4e-6a0f-4b5e-9f0e-2d6a1b3c4d5e',
  input: TRAINING_EXAMPLE,
  progress: { stage: 'train', fraction: 0.4, message: 'step 120 of 300', detail: { loss: 0.61, step: 120 } },
  result: null,
  error: null,
  createdAt: '2026-11-24T09:30:00.000Z',
  notBefore: null,
  startedAt: '2026-11-24T09:30:00.250Z',
  finishedAt: null,
  attempts: 1,
  cancelRequestedAt: null,
  cancelRequestedBy: null,
};
export const JOB_WITH_LOG_EXAMPLE: z.input<typeof jobWithLogResponse> = {
  ...JOB_EXAMPLE,
  log: [{ at: '2026-11-24T09:30:00.251Z', level: 'info', words: 'Attempt 1 began in process 4711 of shop-1.' }],
};

export function presentJob(run: JobRun): z.input<typeof jobResponse> {
  const { starts, number, createdAt, notBefore, startedAt, finishedAt, cancelRequestedAt, ...rest } = run;
  return {
    ...rest,
    result: run.result ?? null,
    createdAt: createdAt.toISOString(),
    notBefore: notBefore?.toISOString() ?? null,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    cancelRequestedAt: cancelRequestedAt?.toISOString() ?? null,
  };
}

export function presentLog(log: JobLogLine[]): z.input<typeof jobWithLogResponse>['log'] {
  return log.map((line) => ({ ...line, at: line.at.toISOString() }));
}
