import type { Artifacts } from '#artifacts';
import { helpWithPhotos, type PhotoBatchStore, type PhotoReader } from '#catalog';
import type { Logger } from 'pino';
import type { Features } from './features.js';

/**
 * Reads photos for jobs of other workers.
 *
 * @returns what stops it, after the batch that it is at
 */
export function helpOthers(
  batches: PhotoBatchStore,
  artifacts: Artifacts,
  features: Features,
  log: Pick<Logger, 'info' | 'warn'>,
): () => Promise<void> {
  const stopping = new AbortController();
  const readers = new Map<string, PhotoReader>();
  const readerOf = async (extractorId: string): Promise<PhotoReader | null> => {
    const known = readers.get(extractorId);
    // Kept for good: a helper that does not know what others have computed since computes at most the same.
    if (known !== undefined) return known;
    const supply = await features.ofExtractor(extractorId);
    if (supply === null) return null;
    const reader = await features.reader(supply);
    readers.set(extractorId, reader);
    return reader;
  };
  const trouble = (error: unknown) =>
    error === null
      ? log.info('photos are read for other workers again')
      : log.warn({ err: error }, 'photos of other workers cannot be read');
  const ended = helpWithPhotos({ batches, artifacts, readerOf, trouble }, stopping.signal);
  return async () => {
    stopping.abort();
    await ended;
  };
}
