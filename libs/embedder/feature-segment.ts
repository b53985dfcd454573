import { crc32 } from 'node:zlib';
import { open, type FileHandle } from 'node:fs/promises';
import { sha256, WeftError, type ImageId } from '#foundation';
import type { FeatureBuffer } from './feature-buffer.js';
import { decodeHalf, encodeHalf } from './half-float.js';

/*
 * A segment file, little endian:
 *   magic 8 bytes | extractor id 16 bytes of text | number of photos uint32
 *   | a photo each: image id 32 bytes, CRC-32 of its record uint32
 *   | SHA-256 of all that stands before, 32 bytes
 *   | a record each: Lab 3 float32, features binary16, as many as the extractor gives
 * Opening a segment reads its index only; a record is checked when it is read. How wide features are follows from the size
 * of the file: an extractor never changes its width.
 */
const MAGIC = 'WEFTSEG1';
const HEADER_BYTES = 28;
const ENTRY_BYTES = 36;
const HASH_BYTES = 32;
const LAB_BYTES = 12;
const BYTES_PER_FEATURE = 2;
/** Most that is read at once. */
const SPAN_BYTES = 2 ** 22;
/** What lies between two records is read, too, where it is no more than this. */
const GAP_BYTES = 2 ** 16;
/** An index above this was not written by Weft; it would be 36 MB. */
const MOST_PHOTOS = 1_000_000;

/** What is known of one photo: features rounded to 16 bits, and the mean colour of its foreground. */
export interface PhotoFeatures {
  imageId: ImageId;
  features: Float32Array; // [width]
  /** CIELAB (D65). */
  lab: [number, number, number];
}

/** A segment of the feature cache that is cut short or altered. */
export class FeaturesDamaged extends WeftError {
  constructor(path: string, what: string) {
    super('features-damaged', `The feature file ${path} is damaged: ${what}.`, {
      value: path,
      remedy: 'Delete the file and import the feed again: that computes what is missing.',
    });
  }
}

/** Where one photo's record lies. */
export interface RecordPlace {
  offset: number;
  bytes: number;
  checksum: number;
}

/** The bytes of a record. */
export function recordBytes(width: number): number {
  return LAB_BYTES + width * BYTES_PER_FEATURE;
}

/** The bytes of a segment. Equal photos in equal order give equal bytes. */
export function encodeSegment(extractorId: string, photos: readonly PhotoFeatures[]): Uint8Array {
  const indexEnd = HEADER_BYTES + photos.length * ENTRY_BYTES;
  const bytes = recordBytes(photos[0]?.features.length ?? 0);
  const file = Buffer.alloc(indexEnd + HASH_BYTES + photos.length * bytes);
  file.write(MAGIC, 0, 'latin1');
  file.write(extractorId, 8, 'latin1');
  file.writeUInt32LE(photos.length, 24);
  photos.forEach(({ imageId, features, lab }, at) => {
    const start = indexEnd + HASH_BYTES + at * bytes;
    lab.forEach((value, channel) => file.writeFloatLE(value, start + channel * 4));
    file.set(new Uint8Array(encodeHalf(features).buffer), start + LAB_BYTES);
    const entry = HEADER_BYTES + at * ENTRY_BYTES;
    file.write(imageId, entry, 'hex');
    file.writeUInt32LE(crc32(file.subarray(start, start + bytes)), entry + 32);
  });
  file.write(sha256(file.subarray(0, indexEnd)), indexEnd, 'hex');
  return file;
}

/**
 * The index of a segment file, and how wide the features in it are.
 *
 * @throws FeaturesDamaged when the index is altered, of another extractor, or does not fit the file's size
 */
export async function readSegmentIndex(
  path: string,
  extractorId: string,
): Promise<{ places: Map<ImageId, RecordPlace>; width: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const header = await readExactly(file, path, 0, Buffer.alloc(HEADER_BYTES));
    const count = header.readUInt32LE(24);
    if (header.toString('latin1', 0, 8) !== MAGIC || count > MOST_PHOTOS) {
      throw new FeaturesDamaged(path, 'it does not begin like one');
    }
    if (header.toString('latin1', 8, 24) !== extractorId) throw new FeaturesDamaged(path, 'it is of another extractor');
    const indexEnd = HEADER_BYTES + count * ENTRY_BYTES;
    const bytes = (size - indexEnd - HASH_BYTES) / count;
    const width = (bytes - LAB_BYTES) / BYTES_PER_FEATURE;
    if (!Number.isInteger(width) || width < 1) throw new FeaturesDamaged(path, 'its size is wrong');
    const index = await readExactly(file, path, 0, Buffer.allocUnsafeSlow(indexEnd + HASH_BYTES));
    if (sha256(index.subarray(0, indexEnd)) !== index.toString('hex', indexEnd)) {
      throw new FeaturesDamaged(path, 'its index is altered');
    }
    const places = new Map<ImageId, RecordPlace>();
    for (let at = 0; at < count; at += 1) {
      const entry = HEADER_BYTES + at * ENTRY_BYTES;
      places.set(index.toString('hex', entry, entry + 32) as ImageId, {
        offset: indexEnd + HASH_BYTES + at * bytes,
        bytes,
        checksum: index.readUInt32LE(entry + 32),
      });
    }
    return { places, width };
  } finally {
    await file.close();
  }
}

/** Reads records of one segment file; close it after use. */
export class SegmentReader {
  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
  ) {}

  static async open(path: string): Promise<SegmentReader> {
    return new SegmentReader(await open(path, 'r'), path);
  }

  /**
   * Photos' records, each written into its row of `features` and `lab`. What lies near each other is read at once: a read of
   * its own would cost more than ten records.
   *
   * @param buffer whose bytes are written over
   * @throws FeaturesDamaged when a checksum is wrong
   */
  async read(
    wanted: { place: RecordPlace; row: number }[],
    features: Float32Array,
    lab: Float32Array,
    buffer: FeatureBuffer,
  ): Promise<void> {
    const ascending = [...wanted].sort((a, b) => a.place.offset - b.place.offset);
    for (const span of spansOf(ascending)) {
      const [start, end] = [span[0]!.place.offset, endOf(span.at(-1)!.place)];
      const bytes = await readExactly(this.file, this.path, start, buffer.bytes(end - start));
      for (const { place, row } of span) {
        const record = bytes.subarray(place.offset - start, endOf(place) - start);
        if (crc32(record) !== place.checksum) throw new FeaturesDamaged(this.path, 'a record is altered');
        for (let channel = 0; channel < 3; channel += 1) lab[row * 3 + channel] = record.readFloatLE(channel * 4);
        // Every part of the file takes an even number of bytes, and the buffer begins where its memory does.
        const halves = new Uint16Array(record.buffer, record.byteOffset + LAB_BYTES, (place.bytes - LAB_BYTES) / 2);
        decodeHalf(halves, features, row * halves.length);
      }
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

const endOf = ({ offset, bytes }: RecordPlace) => offset + bytes;

/** Runs of records that are read at once. @param ascending by their places */
function spansOf<Item extends { place: RecordPlace }>(ascending: Item[]): Item[][] {
  const spans: Item[][] = [];
  for (const item of ascending) {
    const span = spans.at(-1);
    const isNear =
      span !== undefined &&
      item.place.offset - endOf(span.at(-1)!.place) <= GAP_BYTES &&
      endOf(item.place) - span[0]!.place.offset <= SPAN_BYTES;
    if (isNear) span.push(item);
    else spans.push([item]);
  }
  return spans;
}

/** Fills `bytes` from a position of the file on. */
async function readExactly(file: FileHandle, path: string, position: number, bytes: Buffer): Promise<Buffer> {
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  if (bytesRead !== bytes.length) throw new FeaturesDamaged(path, 'it is cut short');
  return bytes;
}
