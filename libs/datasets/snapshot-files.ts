import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensorsFile, writeSafetensorsFile } from '#embedder';
import {
  featureLayoutSchema,
  featureWidth,
  messageOf,
  WeftError,
  type ImageId,
  type ProductId,
  type StyleId,
} from '#foundation';
import { z } from 'zod';
import { snapshotHash, type Snapshot } from './snapshot.js';

const DOCUMENT = 'snapshot.json';
const TENSORS = 'features.safetensors';

/** A snapshot directory that is missing, cut short, altered or of another format. Code `snapshot-unreadable`. */
class SnapshotUnreadable extends WeftError {
  constructor(message: string, options: { value?: unknown; cause?: unknown } = {}) {
    super('snapshot-unreadable', message, {
      ...options,
      remedy: 'Start the training again: it writes a new snapshot.',
    });
  }
}

const id = <Id extends string>() =>
  z
    .string()
    .min(1)
    .transform((text) => text as Id);

const documentSchema = z.strictObject({
  format: z.literal('weft-snapshot-1'),
  photos: z.array(
    z.strictObject({
      imageId: id<ImageId>(),
      productId: id<ProductId>(),
      styleId: id<StyleId>(),
      category: z.string().nullable(),
      gender: z.string().nullable(),
      colour: z.string().nullable(),
      split: z.enum(['train', 'validation', 'holdout']),
    }),
  ),
  extractorId: z.string().min(1),
  layout: featureLayoutSchema,
  salt: z.string(),
  contradictions: z.int().min(0),
  /** Of which photo each view is; null: there are none. */
  views: z.array(id<ImageId>()).nullable().default(null),
  hash: z.string().length(64),
});

/** Writes `snapshot.json` and `features.safetensors` into `directory`, which is made if need be. */
export async function writeSnapshot(directory: string, snapshot: Snapshot): Promise<void> {
  const { photos, extractorId, layout, salt, contradictions, views, hash } = snapshot;
  const document: z.input<typeof documentSchema> = {
    format: 'weft-snapshot-1',
    photos,
    extractorId,
    layout,
    salt,
    contradictions,
    views: views && views.photos,
    hash,
  };
  await mkdir(directory, { recursive: true });
  const tensors = new Map([
    ['features', { shape: [photos.length, featureWidth(layout)], values: snapshot.features }],
    ['lab', { shape: [photos.length, 3], values: snapshot.lab }],
  ]);
  if (views) tensors.set('views', { shape: [views.photos.length, layout.shape], values: views.shape });
  await writeSafetensorsFile(join(directory, TENSORS), tensors);
  await writeFile(join(directory, DOCUMENT), `${JSON.stringify(document)}\n`);
}

/**
 * Reads what {@link writeSnapshot} wrote and recomputes its hash.
 *
 * @throws SnapshotUnreadable when anything is missing, of another format, or altered since.
 */
export async function readSnapshot(directory: string): Promise<Snapshot> {
  try {
    const document = documentSchema.parse(JSON.parse(await readFile(join(directory, DOCUMENT), 'utf8')));
    const tensors = await readSafetensorsFile(join(directory, TENSORS));
    const { photos, extractorId, layout, salt, contradictions, views, hash } = document;
    const content = {
      photos,
      extractorId,
      layout,
      salt,
      contradictions,
      features: valuesOf(tensors, 'features', photos.length * featureWidth(layout)),
      lab: valuesOf(tensors, 'lab', photos.length * 3),
      views: views && { photos: views, shape: valuesOf(tensors, 'views', views.length * layout.shape) },
    };
    if (snapshotHash(content) !== hash) throw new SnapshotUnreadable('The snapshot was altered after it was written.');
    return { ...content, hash };
  } catch (error) {
    if (error instanceof SnapshotUnreadable) throw error;
    throw new SnapshotUnreadable(`The snapshot in ${directory} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function valuesOf(tensors: Map<string, { values: Float32Array }>, name: string, length: number): Float32Array {
  const values = tensors.get(name)?.values;
  if (values?.length !== length) {
    throw new SnapshotUnreadable(`The snapshot's tensor "${name}" does not hold one row a photo.`, {
      value: values?.length ?? null,
    });
  }
  return values;
}
