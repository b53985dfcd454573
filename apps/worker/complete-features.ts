import type { Artifacts } from '#artifacts';
import type { PhotoReader, PhotoReading, Picturing } from '#catalog';
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
 * @param options.reader reads photos into the cache; asked for where any are lacking
 * @param options.what words for the pictures. @default photos
 * @param options.picturing what of the photos the reader's features are of. @default the photos themselves
 * @returns photos that stay without, and why
 */
export async function completeFeatures(
  { cache }: Pick<FeatureSupply, 'cache'>,
  imageIds: readonly ImageId[],
  sources: PhotoSources,
  options: {
    artifacts: Pick<Artifacts, 'home'>;
    reader: () => Promise<PhotoReader>;
    report: ProgressListener;
    signal: AbortSignal;
    what?: string;
    picturing?: Picturing;
  },
): Promise<Map<ImageId, string>> {
  const {
    artifacts,
    reader: open,
    report,
    signal,
    what = 'photos that the backbone had not seen',
    picturing,
  } = options;
  const lacking = [...new Set(imageIds)].filter((id) => !cache.has(picturing?.idOf(id) ?? id));
  const left = new Map<ImageId, string>();
  if (lacking.length === 0) return left;
  const reader = await open();
  const say = (done: number) =>
    report({
      stage: 'features',
      fraction: done / lacking.length,
      message: `features of ${done} of ${lacking.length} ${what}`,
      detail: { photos: done },
    });
  for (let at = 0; at < lacking.length; at += PHOTOS_AT_ONCE) {
    signal.throwIfAborted();
    say(at);
    const batch = await sources.imageSources(lacking.slice(at, at + PHOTOS_AT_ONCE));
    const files = new Map(
      batch.map(
        ({ imageId, source }) => [imageId, photoFile(source, imageId, photoDirectory(artifacts.home))] as const,
      ),
    );
    const readings = await reader.read([...new Set(files.values())], null);
    for (const [imageId, file] of files) {
      const why = whyNot(imageId, file, readings.get(file));
      if (why !== null) left.set(imageId, why);
    }
  }
  say(lacking.length);
  return left;
}

/** Why a file does not give the features of a photo; null: it does. */
function whyNot(imageId: ImageId, file: string, reading: PhotoReading | undefined): string | null {
  if (reading === undefined) throw new Error(`The photo reader forgot ${file}.`);
  if ('rejected' in reading) return `${reading.rejected.message} (${file})`;
  if (reading.ok.imageId === imageId) return null;
  return `The file holds another picture than when it was imported. Import the feed again. (${file})`;
}
