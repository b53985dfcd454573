import { ArtifactDamaged, type Artifacts } from '#artifacts';
import type { FeatureCache, FeatureExtractor, PhotoFeatures } from '#embedder';
import { type ImageId, viewIdOf } from '#foundation';
import {
  augmentedView,
  type CanonicalImage,
  decodeCanonical,
  DEFAULT_IMAGE_LIMITS,
  ImageRejected,
  readImageFile,
} from '#imaging';
import type { PhotoReader, PhotoReading, PhotoTimings } from './photo-reading.js';

/** Photos whose pixels are in memory at once: 150 KB each at 224 pixels. */
const PHOTOS_AT_ONCE = 64;

/** The pictures whose features are computed: the photos themselves, or other views of them, which go by other names. */
export interface Picturing {
  idOf: (photo: ImageId) => ImageId;
  pixelsOf: (pixels: Uint8Array) => Promise<Uint8Array>;
}

const THE_PHOTO: Picturing = { idOf: (photo) => photo, pixelsOf: async (pixels) => pixels };

/** An augmented view of each photo, for training alone. */
export const AUGMENTED_VIEW: Picturing = { idOf: viewIdOf, pixelsOf: augmentedView };

/** Reads photos from files: decodes them, computes the features that the cache does not hold, and caches those. */
export class FilePhotoReader implements PhotoReader {
  readonly timings: PhotoTimings = { decode: 0, features: 0, decoded: 0, extracted: 0, byOthers: 0 };

  /**
   * @param cache of the same extractor, opened
   * @param concurrency files that are read and decoded at once; twice the cores keeps them busy
   * @param picturing what of a photo the features are of
   * @param artifacts that bring fetched photos. @default none: they are here
   */
  constructor(
    private readonly extractor: Pick<FeatureExtractor, 'extract' | 'side'>,
    private readonly cache: Pick<FeatureCache, 'has' | 'append'>,
    private readonly concurrency: number,
    private readonly picturing = THE_PHOTO,
    private readonly artifacts?: Pick<Artifacts, 'bring'>,
  ) {}

  knows(imageId: ImageId): boolean {
    return this.cache.has(this.picturing.idOf(imageId));
  }

  async read(
    sources: string[],
    root: string | null,
    onRead: (done: number) => void = () => undefined,
  ): Promise<Map<string, PhotoReading>> {
    const readings = new Map<string, PhotoReading>();
    const features = new Map<ImageId, PhotoFeatures>();
    for (let at = 0; at < sources.length; at += PHOTOS_AT_ONCE) {
      const photos = await this.decode(sources.slice(at, at + PHOTOS_AT_ONCE), root, readings);
      await this.extract(photos, features);
      onRead(Math.min(at + PHOTOS_AT_ONCE, sources.length));
    }
    if (features.size > 0) {
      const start = performance.now();
      await this.cache.append([...features.values()]);
      this.timings.features += (performance.now() - start) / 1000;
    }
    return readings;
  }

  private async decode(
    sources: string[],
    root: string | null,
    readings: Map<string, PhotoReading>,
  ): Promise<CanonicalImage[]> {
    const start = performance.now();
    const photos: CanonicalImage[] = [];
    const waiting = sources.values();
    const worker = async () => {
      for (const source of waiting) {
        try {
          await this.artifacts?.bring(source);
          const photo = await decodeCanonical(
            await readImageFile(source, root === null ? {} : { root }),
            DEFAULT_IMAGE_LIMITS,
            this.extractor.side,
          );
          photos.push(photo);
          const { imageId, width, height, look } = photo;
          readings.set(source, { ok: { imageId, width, height, look } });
          this.timings.decoded += 1;
        } catch (error) {
          if (!(error instanceof ImageRejected || error instanceof ArtifactDamaged)) throw error;
          readings.set(source, { rejected: { code: error.code, message: error.message } });
        }
      }
    };
    await Promise.all(Array.from({ length: this.concurrency }, worker));
    this.timings.decode += (performance.now() - start) / 1000;
    return photos;
  }

  /** Adds the features of those photos that neither the cache nor `features` holds. */
  private async extract(photos: CanonicalImage[], features: Map<ImageId, PhotoFeatures>): Promise<void> {
    const start = performance.now();
    const { idOf, pixelsOf } = this.picturing;
    const fresh = new Map<ImageId, CanonicalImage>();
    for (const photo of photos) {
      const id = idOf(photo.imageId);
      if (!this.cache.has(id) && !features.has(id)) fresh.set(id, photo);
    }
    const all = [...fresh];
    const pixels = await Promise.all(all.map(([, photo]) => pixelsOf(photo.pixels)));
    const extracted = all.length === 0 ? [] : await this.extractor.extract(pixels);
    all.forEach(([imageId, { lab }], at) => {
      const values = extracted[at];
      if (values === undefined) throw new Error('The feature extractor returned too few results.');
      features.set(imageId, { imageId, features: values, lab });
    });
    this.timings.extracted += all.length;
    this.timings.features += (performance.now() - start) / 1000;
  }
}
