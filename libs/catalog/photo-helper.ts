import { setTimeout as sleep } from 'node:timers/promises';
import type { Artifacts } from '#artifacts';
import type { PhotoBatch, PhotoBatchStore } from './photo-batch.js';
import type { PhotoReader } from './photo-reading.js';

/** How often is looked for batches while there are none, in milliseconds. */
const LOOK_MS = 500;
/** The pause after something went wrong, in milliseconds: the job's own process reads on meanwhile. */
const TROUBLE_MS = 5_000;

/** What a helper is given. */
export interface PhotoHelp {
  batches: PhotoBatchStore;
  /** Those of this process's home. */
  artifacts: Pick<Artifacts, 'fileNamed'>;
  /** Reads for an extractor; null: this process does not have it. */
  readerOf: (extractorId: string) => Promise<PhotoReader | null>;
  /** Hears what went wrong, and null when it goes on. */
  trouble: (error: unknown) => void;
}

/**
 * Reads batches of photos for the jobs of other workers, until the signal aborts: after the batch that it is at. Never throws. It looks for
 * them in the database, so that they are shared also while Redis is gone.
 */
export async function helpWithPhotos(
  { batches, artifacts, readerOf, trouble }: PhotoHelp,
  signal: AbortSignal,
): Promise<void> {
  const lacking = new Set<string>();
  let isTroubled = false;
  while (!signal.aborted) {
    let pause = LOOK_MS;
    try {
      const isTaken = await batches.take({ without: [...lacking] }, async (batch) => {
        const reader = await readerOf(batch.extractorId);
        if (reader !== null) return readFor(batch, reader, artifacts);
        lacking.add(batch.extractorId);
        return null;
      });
      if (isTaken) pause = 0;
      if (isTroubled) trouble(null);
      isTroubled = false;
    } catch (error) {
      if (!isTroubled) trouble(error);
      isTroubled = true;
      pause = TROUBLE_MS;
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function readFor({ files: names, root }: PhotoBatch, reader: PhotoReader, artifacts: PhotoHelp['artifacts']) {
  const before = reader.timings.extracted;
  const files = new Map(names.map((name) => [artifacts.fileNamed(name), name]));
  const readings = await reader.read([...files.keys()], root);
  return {
    // What is wrong with a photo is for the job's own process to find: here it may be the place that is wrong.
    read: [...readings].flatMap(([path, reading]) => {
      const file = files.get(path);
      return 'ok' in reading && file !== undefined ? [{ file, photo: reading.ok }] : [];
    }),
    extracted: reader.timings.extracted - before,
  };
}
