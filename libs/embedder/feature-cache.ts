import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ArtifactDamaged, type Artifacts } from '#artifacts';
import {
  type FeatureLayout,
  type FeatureSpace,
  featureWidth,
  makeDirectory,
  messageOf,
  WeftError,
  type ImageId,
} from '#foundation';
import { FeatureBuffer } from './feature-buffer.js';
import { salvage, writeSegment } from './feature-compaction.js';
import {
  FeaturesDamaged,
  readSegmentIndex,
  SegmentReader,
  type PhotoFeatures,
  type RecordPlace,
} from './feature-segment.js';

const SUFFIX = '.features';
/** 64 KB of index and 11.6 MB of records of EfficientNet-Lite0: more photos at once become several segments. */
const MOST_PHOTOS_A_SEGMENT = 2048;

/** What the cache holds, and which files of it are damaged. */
export interface FeatureCounts {
  photos: number;
  segments: number;
  /** One a damaged file, which is treated as missing; its photos are computed again by the next import. */
  damaged: FeaturesDamaged[];
}

interface Location extends RecordPlace {
  segment: string;
}

/**
 * Features of photos on disk, 2 bytes a number, in immutable segment files named by their content. Any number of processes
 * may read and append at the same time: each writes files of its own, and sees those of the others after a refresh; those of
 * other machines, too, where there is a store.
 */
export class FeatureCache implements FeatureSpace {
  readonly extractorId: string;
  readonly layout: FeatureLayout;
  private readonly locations = new Map<ImageId, Location>();
  private readonly segments = new Set<string>();
  private readonly damaged = new Map<string, FeaturesDamaged>();
  private readonly directory: string;
  private readonly width: number;

  /**
   * @param directory of all extractors' caches
   * @param space whose features these are; other extractors have directories of their own
   * @param artifacts that segments are shared by. @default none: they stay in the directory
   */
  constructor(
    directory: string,
    { extractorId, layout }: FeatureSpace,
    private readonly artifacts?: Pick<
      Artifacts,
      'storeName' | 'share' | 'bring' | 'bringAll' | 'storedBytes' | 'forget'
    >,
  ) {
    if (!/^[0-9a-f]{16}$/.test(extractorId)) {
      throw new WeftError('extractor-mismatch', 'An extractor id is 16 hexadecimal digits.', { value: extractorId });
    }
    this.extractorId = extractorId;
    this.layout = layout;
    this.width = featureWidth(layout);
    this.directory = join(directory, extractorId);
  }

  /** Makes the directory if need be, and learns what it holds. */
  async open(): Promise<void> {
    makeDirectory(this.directory);
    await this.refresh();
  }

  /**
   * Learns of the segments that other processes have written or removed since, and brings those of other machines. A segment that the store has
   * dropped is gone, though a copy lies here: who computes its features anew puts them into the store again.
   */
  async refresh(): Promise<void> {
    const dropped = await this.bringSegments();
    const names = (await this.namesHere()).filter((name) => !dropped.has(name)).sort();
    const gone = new Set([...this.segments].filter((name) => !names.includes(name)));
    for (const [id, { segment }] of this.locations) if (gone.has(segment)) this.locations.delete(id);
    for (const name of gone) this.segments.delete(name);
    for (const name of names) {
      if (this.segments.has(name) || this.damaged.has(name)) continue;
      try {
        await this.learn(name);
      } catch (error) {
        if (!(error instanceof FeaturesDamaged)) throw error;
        this.damaged.set(name, error);
      }
    }
  }

  /** Whether the features of a photo are here, as far as the last refresh knows. */
  has(id: ImageId): boolean {
    return this.locations.has(id);
  }

  counts(): FeatureCounts {
    return { photos: this.locations.size, segments: this.segments.size, damaged: [...this.damaged.values()] };
  }

  /**
   * Keeps the features of photos; those already here are left as they are. On the disk when this resolves.
   *
   * @throws WeftError `features-unsuitable` when the features are not finite numbers as many as the layout says, of at most 65504, or the id is
   *   no SHA-256; nothing is kept then
   */
  async append(photos: PhotoFeatures[]): Promise<void> {
    const fresh = new Map<ImageId, PhotoFeatures>();
    for (const photo of photos) {
      requireSound(photo, this.width);
      if (!this.has(photo.imageId)) fresh.set(photo.imageId, photo);
    }
    const all = [...fresh.values()];
    for (let start = 0; start < all.length; start += MOST_PHOTOS_A_SEGMENT) {
      await this.write(all.slice(start, start + MOST_PHOTOS_A_SEGMENT));
    }
  }

  /**
   * Features of photos, in the order of `ids` without those that are missing.
   *
   * @param buffer holds the features, until it is read into again. @default one of their own
   * @returns `missing`: ids that are not here or whose segment turned out to be damaged
   */
  async readMany(
    ids: readonly ImageId[],
    buffer = new FeatureBuffer(),
  ): Promise<{
    features: Float32Array; // [n, width]
    lab: Float32Array; // [n, 3]
    missing: ImageId[];
  }> {
    const wanted = new Map<string, number[]>();
    ids.forEach((id, row) => {
      const segment = this.locations.get(id)?.segment;
      if (segment === undefined) return;
      const rows = wanted.get(segment);
      if (rows === undefined) wanted.set(segment, [row]);
      else rows.push(row);
    });
    const features = buffer.floats(ids.length * this.width);
    const lab = new Float32Array(ids.length * 3);
    const isRead = new Uint8Array(ids.length);
    for (const [segment, rows] of wanted) {
      try {
        await this.readSegment(segment, ids, rows, features, lab, buffer);
        for (const row of rows) isRead[row] = 1;
      } catch (error) {
        this.forget(segment, error);
      }
    }
    const missing = ids.filter((_, row) => isRead[row] === 0);
    if (missing.length === 0) return { features, lab, missing };
    return { features: rowsWhere(features, this.width, isRead), lab: rowsWhere(lab, 3, isRead), missing };
  }

  /**
   * Brings damaged files anew, where the store has them whole; else writes what can still be read of them anew, and removes them. What is
   * lost is computed again by whoever needs it. A file that another process has replaced meanwhile stays.
   *
   * @returns the paths of the files that were damaged
   */
  async mend(): Promise<string[]> {
    const mended: string[] = [];
    for (const name of [...this.damaged.keys()]) {
      const path = join(this.directory, name);
      const { photos, isWhole } = await salvage(path, this.extractorId, this.width);
      this.damaged.delete(name);
      if (isWhole) {
        await this.learn(name);
        continue;
      }
      if (await this.isBroughtAnew(path)) await this.learn(name);
      else {
        await this.append(photos);
        // Before it is removed here, so that it does not come back.
        await this.artifacts?.forget(path);
        await rm(path, { force: true });
      }
      mended.push(path);
    }
    return mended;
  }

  /** @returns names of segments that are here and that the store has dropped */
  private async bringSegments(): Promise<Set<string>> {
    if (this.artifacts === undefined || this.artifacts.storeName === null) return new Set();
    // Before the store is asked: a segment that others write meanwhile is here, and not in this listing.
    const here = await this.namesHere();
    const stored = new Set<string>();
    const isNew = (path: string) => {
      const name = basename(path);
      stored.add(name);
      return !this.segments.has(name) && !this.damaged.has(name);
    };
    for (const { key, message } of await this.artifacts.bringAll(this.directory, isNew)) {
      this.damaged.set(basename(key), new FeaturesDamaged(join(this.directory, basename(key)), message));
    }
    return new Set(here.filter((name) => !stored.has(name)));
  }

  private async namesHere(): Promise<string[]> {
    return (await readdir(this.directory)).filter((name) => name.endsWith(SUFFIX));
  }

  /** In place of a damaged file, where the store has it whole. */
  private async isBroughtAnew(path: string): Promise<boolean> {
    if (this.artifacts === undefined || (await this.artifacts.storedBytes(path)) === null) return false;
    await rm(path, { force: true });
    try {
      await this.artifacts.bring(path);
      return true;
    } catch (error) {
      if (!(error instanceof ArtifactDamaged)) throw error;
      return false;
    }
  }

  private async write(photos: PhotoFeatures[]): Promise<void> {
    // A damaged segment of the same photos has the same name: it is replaced.
    const name = await writeSegment(this.directory, this.extractorId, photos, this.artifacts);
    this.damaged.delete(name);
    await this.learn(name);
  }

  private async readSegment(
    segment: string,
    ids: readonly ImageId[],
    rows: number[],
    features: Float32Array,
    lab: Float32Array,
    buffer: FeatureBuffer,
  ): Promise<void> {
    const reader = await SegmentReader.open(join(this.directory, segment));
    try {
      const wanted = rows.map((row) => {
        const place = this.locations.get(ids[row] as ImageId);
        // Another read may have found the segment damaged meanwhile, or the photo may lie elsewhere by now.
        if (place?.segment !== segment) throw new FeaturesDamaged(segment, 'it was given up');
        return { place, row };
      });
      await reader.read(wanted, features, lab, buffer);
    } finally {
      await reader.close();
    }
  }

  private async learn(segment: string): Promise<void> {
    const path = join(this.directory, segment);
    const { places, width } = await readSegmentIndex(path, this.extractorId);
    if (width !== this.width) throw new FeaturesDamaged(path, `it holds ${width} numbers a photo, not ${this.width}`);
    this.segments.add(segment);
    for (const [id, place] of places) if (!this.has(id)) this.locations.set(id, { ...place, segment });
  }

  private forget(segment: string, error: unknown): void {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isGone && !(error instanceof FeaturesDamaged)) throw error;
    const damage = error instanceof FeaturesDamaged ? error : new FeaturesDamaged(segment, messageOf(error));
    this.damaged.set(segment, damage);
    this.segments.delete(segment);
    for (const [id, location] of this.locations) if (location.segment === segment) this.locations.delete(id);
  }
}

function rowsWhere(values: Float32Array, width: number, isKept: Uint8Array): Float32Array {
  return values.filter((_, position) => isKept[Math.floor(position / width)] === 1);
}

function requireSound({ imageId, features, lab }: PhotoFeatures, width: number): void {
  const isSound =
    /^[0-9a-f]{64}$/.test(imageId) &&
    features.length === width &&
    // 65504 is the largest number of 16 bits.
    features.every((value) => Math.abs(value) <= 65504) &&
    lab.every(Number.isFinite);
  if (!isSound) {
    throw new WeftError('features-unsuitable', `The features of photo ${imageId} cannot be kept.`, {
      value: { imageId, features: features.length },
    });
  }
}
