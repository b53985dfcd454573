import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  COLOUR_SIZE,
  type FeatureLayout,
  partialName,
  renameDurably,
  sha256,
  SHAPE_SIZE,
  writeDurably,
} from '#foundation';
import type { z } from 'zod';
import { writeHeads, type PartHeads } from './head-tensors.js';
import { MANIFEST_FILE, modelManifestSchema, type ModelManifest } from './manifest.js';

/** All that a model bundle is made of. */
export interface BundleContent {
  manifest: Omit<z.input<typeof modelManifestSchema>, 'format' | 'embedding' | 'files'> & { layout: FeatureLayout };
  /** The heads that are served: trained, or untrained where those won. */
  heads: PartHeads;
  untrained: PartHeads;
  /** ONNX files of #networks: `features` to `embedding` with either heads, and `pixels` to `embedding`. */
  graphs: { heads: Uint8Array; untrained: Uint8Array; encoder: Uint8Array };
  /** A gzip file of CSV: what the training mined offline; null: nothing. @default null */
  triplets?: Uint8Array | null;
}

/**
 * Writes a model bundle into a temporary directory beside `directory` and renames it: it appears whole or not at all.
 *
 * @param directory must not exist, or be empty
 * @returns the manifest as written
 * @throws WeftError `heads-unsuitable` when a head has another shape or is not finite; ZodError for a bad manifest
 */
export async function writeBundle(directory: string, content: BundleContent): Promise<ModelManifest> {
  const files = {
    'heads.safetensors': writeHeads(content.heads, content.untrained, content.manifest.layout),
    'heads.onnx': content.graphs.heads,
    'untrained.onnx': content.graphs.untrained,
    'encoder.onnx': content.graphs.encoder,
    'metrics.json': jsonBytes(content.manifest.metrics),
    ...(content.triplets ? { 'triplets.csv.gz': content.triplets } : {}),
  };
  const manifest = modelManifestSchema.parse({
    format: 'weft-model-1',
    ...content.manifest,
    embedding: { shape: SHAPE_SIZE, colour: COLOUR_SIZE },
    files: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)])),
  });
  const temporary = partialName(directory);
  await mkdir(temporary, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(files)) await writeDurably(join(temporary, name), bytes);
    await writeDurably(join(temporary, MANIFEST_FILE), jsonBytes(manifest));
    await renameDurably(temporary, directory);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value ?? null, null, 2)}\n`);
}
