import { FeatureBuffer } from './feature-buffer.js';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import { type ImageId, sha256, writeDurably } from '#foundation';
import {
  encodeSegment,
  FeaturesDamaged,
  type PhotoFeatures,
  readSegmentIndex,
  type RecordPlace,
  recordBytes,
  SegmentReader,
} from './feature-segment.js';

/** A segment that holds mostly features of photos that are not kept. */
export interface DeadSegment {
  path: string;
  /** Photos that are not kept. */
  photos: number;
  /** What its removal frees, in bytes. */
  bytes: number;
  /**
   * Writes the kept ones into a segment of their own, then removes this one. Killed between, both are there: harmless. Of one that the store has
   * dropped nothing is written: whoever dropped it has done that.
   */
  remove(): Promise<void>;
}

/** A segment is written again only when this share of it or less is kept; until then it is left as it is. */
const MOST_KEPT = 0.5;
/** A photo in the index of a segment. */
const ENTRY_BYTES = 36;

/** How segments that are written and removed here are made known to other machines. */
export type SegmentSharing = Pick<Artifacts, 'storeName' | 'storedBytes' | 'share' | 'forget'>;

/**
 * Segments of one extractor of which at most half is kept. A process that has one of them open reads on; one that knows it
 * from earlier learns of the change at its next refresh.
 */
export async function* deadSegments(
  directory: string,
  extractorId: string,
  isKept: (id: ImageId) => boolean,
  artifacts?: SegmentSharing,
): AsyncGenerator<DeadSegment> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter((found) => found.endsWith('.features')).sort()) {
    const path = join(directory, name);
    const index = await readSegmentIndex(path, extractorId).catch((error: unknown) => {
      // A damaged one is told and replaced by the next import.
      if (error instanceof FeaturesDamaged) return null;
      throw error;
    });
    if (index === null) continue;
    const { places, width } = index;
    const kept = [...places].filter(([id]) => isKept(id));
    if (kept.length === places.size || kept.length > MOST_KEPT * places.size) continue;
    const dead = places.size - kept.length;
    yield {
      path,
      photos: dead,
      bytes: dead * (ENTRY_BYTES + recordBytes(width)),
      remove: async () => {
        if (kept.length > 0 && !(await isDropped(path, artifacts))) {
          await writeSegment(directory, extractorId, await readPhotos(path, kept, width), artifacts);
        }
        await artifacts?.forget(path);
        await rm(path);
      },
    };
  }
}

async function isDropped(path: string, artifacts?: SegmentSharing): Promise<boolean> {
  if (artifacts === undefined || artifacts.storeName === null) return false;
  return (await artifacts.storedBytes(path)) === null;
}

/** What can be read of a segment that is damaged, or was. */
export async function salvage(
  path: string,
  extractorId: string,
  width: number,
): Promise<{ photos: PhotoFeatures[]; isWhole: boolean }> {
  const photos: PhotoFeatures[] = [];
  try {
    const index = await readSegmentIndex(path, extractorId);
    if (index.width !== width) return { photos, isWhole: false };
    for (const place of index.places) {
      photos.push(
        ...(await readPhotos(path, [place], width).catch((error: unknown) => {
          if (error instanceof FeaturesDamaged) return [];
          throw error;
        })),
      );
    }
    return { photos, isWhole: photos.length === index.places.size };
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isGone && !(error instanceof FeaturesDamaged)) throw error;
    return { photos, isWhole: false };
  }
}

async function readPhotos(path: string, places: [ImageId, RecordPlace][], width: number): Promise<PhotoFeatures[]> {
  const features = new Float32Array(places.length * width);
  const lab = new Float32Array(places.length * 3);
  const reader = await SegmentReader.open(path);
  try {
    const wanted = places.map(([, place], row) => ({ place, row }));
    await reader.read(wanted, features, lab, new FeatureBuffer());
  } finally {
    await reader.close();
  }
  return places.map(([imageId], row) => ({
    imageId,
    features: features.subarray(row * width, (row + 1) * width),
    lab: [lab[3 * row] ?? 0, lab[3 * row + 1] ?? 0, lab[3 * row + 2] ?? 0],
  }));
}

/** Writes a segment named by its content. @returns its name */
export async function writeSegment(
  directory: string,
  extractorId: string,
  photos: PhotoFeatures[],
  artifacts?: SegmentSharing,
): Promise<string> {
  const bytes = encodeSegment(extractorId, photos);
  const name = `${sha256(bytes).slice(0, 32)}.features`;
  const path = join(directory, name);
  await writeDurably(path, bytes, async (file) => artifacts?.share(file, path));
  return name;
}
