import { FilePhotoReader } from '#catalog';
import { type ImageId, photoDirectory, photoFile, type ProgressListener } from '#foundation';
import type { FeatureSupply } from './feature-supply.js';

/** Where the catalogue's photos lie. */
export interface PhotoSources {
  imageSources(imageIds: readonly ImageId[]): Promise<{ imageId: ImageId; source: string }[]>;
}

/** Photos between two words of progress, and between two looks at whether the job is to end. */
const PHOTOS_AT_ONCE = 512;

/**
 * Computes the features that an extractor lacks of these photos, from their files: an import computes those of the extractor
 * that Weft comes with, so that what is left here is what a brought backbone has not seen. A photo whose file is gone or
 * has changed stays without.
 *
 * @param options.threads of the extractor
 * @returns how many were computed
 */
export async function completeFeatures(
  { cache, startedExtractor }: FeatureSupply,
  imageIds: readonly ImageId[],
  sources: PhotoSources,
  options: { home: string; threads: number; report: ProgressListener; signal: AbortSignal },
): Promise<number> {
  const { home, threads, report, signal } = options;
  const lacking = [...new Set(imageIds)].filter((id) => !cache.has(id));
  if (lacking.length === 0) return 0;
  const reader = new FilePhotoReader(await startedExtractor(), cache, 2 * threads);
  const say = (done: number) =>
    report({
      stage: 'features',
      fraction: done / lacking.length,
      message: `features of ${done} of ${lacking.length} photos that the backbone had not seen`,
      detail: { photos: done },
    });
  for (let at = 0; at < lacking.length; at += PHOTOS_AT_ONCE) {
    signal.throwIfAborted();
    say(at);
    const batch = await sources.imageSources(lacking.slice(at, at + PHOTOS_AT_ONCE));
    const files = batch.map(({ imageId, source }) => photoFile(source, imageId, photoDirectory(home)));
    await reader.read([...new Set(files)], null);
  }
  say(lacking.length);
  return reader.timings.extracted;
}
