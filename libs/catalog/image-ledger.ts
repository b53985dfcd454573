import type { ImageId } from '#foundation';
import type { CatalogStore } from './catalog-store.js';
import type { ImageReference } from './image-reference.js';
import { inspectSource } from './image-source.js';
import type { PhotoReader } from './photo-reading.js';
import type { ImageRecord, Rejection, SourceRecord } from './records.js';

/** Rejections that follow from a file's content: they hold until the file changes. Others are looked at anew. */
const LASTING = new Set([
  'image-too-many-bytes',
  'image-too-many-pixels',
  'image-not-an-image',
  'image-broken',
  'image-empty',
]);

/** False for a rejection that may pass by itself: a file that is not there yet, a photo that took too long. */
export function isLasting({ code }: Rejection): boolean {
  return LASTING.has(code);
}

export type ImageOutcome = { imageId: ImageId } | { rejection: Rejection };

/** An image file met for the first time in this import. */
export interface NewOutcome {
  reference: ImageReference;
  outcome: ImageOutcome;
}

/** What reading some images gave, to be written with the rows that name them. */
export interface ImageBatch {
  outcomes: NewOutcome[];
  images: ImageRecord[];
  sources: SourceRecord[];
}

/** What one import knows of its image files. Each is looked at once; unchanged ones from earlier imports are not read. */
export class ImageLedger {
  private readonly known = new Map<string, ImageOutcome>();
  /** Seconds spent asking the store. */
  storeSeconds = 0;

  constructor(
    private readonly store: Pick<CatalogStore, 'knownSources'>,
    private readonly photos: PhotoReader,
    private readonly root: string | null,
  ) {}

  /** The outcome of an image that was among those read. */
  outcomeOf(reference: ImageReference): ImageOutcome | undefined {
    return this.known.get(reference.source);
  }

  /**
   * Looks at all images that this import has not met yet.
   *
   * @param onRead told the share of them that is done, in [0, 1]; what it throws ends the reading
   */
  async read(references: ImageReference[], onRead: (share: number) => void): Promise<ImageBatch> {
    const fresh = new Map<string, ImageReference>();
    for (const reference of references) {
      const { source } = reference;
      if (!this.known.has(source) && !fresh.has(source)) fresh.set(source, reference);
    }
    const batch: ImageBatch = { outcomes: [], images: [], sources: [] };
    const settle = (reference: ImageReference, outcome: ImageOutcome) => {
      this.known.set(reference.source, outcome);
      batch.outcomes.push({ reference, outcome });
    };

    const readable = [...fresh.values()].filter(({ rejection }) => rejection === null);
    const remembered = await this.ask(readable.map(({ source }) => source));
    const toRead = new Map<string, { reference: ImageReference; fingerprint: string }>();
    for (const reference of fresh.values()) {
      const { source, rejection } = reference;
      if (rejection !== null) {
        settle(reference, { rejection });
        continue;
      }
      const { isAllowed, fingerprint } = await inspectSource(source, this.root);
      const before = remembered.get(source);
      if (!isAllowed) {
        const message = `The image lies outside ${this.root}, the only directory that this import may read.`;
        settle(reference, { rejection: { code: 'image-outside-root', message } });
      } else if (before === undefined || before.fingerprint !== fingerprint || fingerprint === '') {
        toRead.set(source, { reference, fingerprint });
      } else if (before.rejection !== null && LASTING.has(before.rejection.code)) {
        settle(reference, { rejection: before.rejection });
      } else if (before.imageId !== null && this.photos.knows(before.imageId)) {
        settle(reference, { imageId: before.imageId });
      } else toRead.set(source, { reference, fingerprint });
    }

    const readings = await this.photos.read([...toRead.keys()], this.root, (done) => onRead(done / toRead.size));
    for (const [source, { reference, fingerprint }] of toRead) {
      const reading = readings.get(source);
      if (reading === undefined) throw new Error(`The photo reader forgot ${source}.`);
      if ('ok' in reading) {
        const { imageId, width, height } = reading.ok;
        batch.images.push({ imageId, source, width, height });
        batch.sources.push({ source, fingerprint, imageId, rejection: null });
        settle(reference, { imageId });
      } else {
        const { rejected } = reading;
        if (LASTING.has(rejected.code)) batch.sources.push({ source, fingerprint, imageId: null, rejection: rejected });
        settle(reference, { rejection: rejected });
      }
    }
    return batch;
  }

  private async ask(sources: string[]): ReturnType<CatalogStore['knownSources']> {
    if (sources.length === 0) return new Map();
    const start = performance.now();
    const known = await this.store.knownSources(sources);
    this.storeSeconds += (performance.now() - start) / 1000;
    return known;
  }
}
