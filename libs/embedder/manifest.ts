import { COLOUR_SIZE, featureLayoutSchema, SHAPE_SIZE, type ModelVersion } from '#foundation';
import { z } from 'zod';

/** The file without which a directory is no model. */
export const MANIFEST_FILE = 'manifest.json';

/** Of models before the layout was written down. */
const FIRST_LAYOUT = { shape: 1280, colour: 128 };

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** `manifest.json` of a model bundle: what the model is, where it comes from, and the hash of each of its files. */
export const modelManifestSchema = z.object({
  format: z.literal('weft-model-1'),
  /** Time of training and content hash: `20261124-093000-1a2b3c4d`. */
  version: z
    .string()
    .regex(/^\d{8}-\d{6}-[0-9a-f]{8}$/)
    .transform((text) => text as ModelVersion),
  /** What the training was told, see `trainingSettingsSchema` of #foundation; empty in bundles older than settings. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
  /** The features that the heads were trained on, and must be given. */
  extractorId: z.string().regex(/^[0-9a-f]{16}$/),
  /** How the features lie: what each head takes. */
  layout: featureLayoutSchema.default(FIRST_LAYOUT),
  preprocessing: z.string().min(1),
  /** Dimensions of the two parts. */
  embedding: z.object({ shape: z.literal(SHAPE_SIZE), colour: z.literal(COLOUR_SIZE) }),
  /** Default weight of colour in a similarity. */
  dial: z.number().min(0).max(1),
  /** Which heads the bundle serves: the untrained ones where training did not help. */
  headsChosen: z.enum(['trained', 'untrained']),
  /** One sentence: why those. */
  reason: z.string(),
  snapshotHash: hash,
  /** SHA-256 of each file of the bundle but this one. */
  files: z.record(z.string(), hash),
  /** What the training measured, see `trainingMetricsSchema` of #datasets. */
  metrics: z.unknown(),
});
export type ModelManifest = z.infer<typeof modelManifestSchema>;
