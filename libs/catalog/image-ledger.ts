import { type ImageId, isWebAddress, type JobId } from '#foundation';
import type { CatalogStore, KnownSource } from './catalog-store.js';
import type { ImageReference } from './image-reference.js';
import { inspectSource } from './image-source.js';
import type { PhotoFetcher } from './photo-fetching.js';
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

export type ImageOutcome = { imageId: ImageId } | { rejection: Rejection };

/** An image met for the first time in this import. */
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

/** A photo whose bytes are in a file, and what tells them from those of an earlier import. */
interface Located {
  reference: ImageReference;
  file: string;
  /** Empty when there is no such file. */
  fingerprint: string;
}

/** What one import knows of its images. Each is looked at once; unchanged ones from earlier imports are not read. */
export class ImageLedger {
  private readonly known = new Map<string, ImageOutcome>();
  /** Seconds spent asking the store. */
  storeSeconds = 0;

  constructor(
    private readonly importId: JobId,
    private readonly store: Pick<CatalogStore, 'knownSources'>,
    private readonly photos: PhotoReader,
    private readonly fetcher: PhotoFetcher,
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
   * @param signal ends the fetching
   */
  async read(references: ImageReference[], onRead: (share: number) => void, signal: AbortSignal): Promise<ImageBatch> {
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

    const readable: ImageReference[] = [];
    for (const reference of fresh.values()) {
      if (reference.rejection === null) readable.push(reference);
      else settle(reference, { rejection: reference.rejection });
    }
    const remembered = await this.ask(readable.map(({ source }) => source));
    const onWeb = readable.filter(({ source }) => isWebAddress(source));
    // Fetching takes longer than decoding: it counts for half where there is any.
    const half = onWeb.length === 0 ? 0 : 0.5;
    const onFetched = (done: number) => onRead((half * done) / onWeb.length);
    const toRead: Located[] = [];
    for (const found of [
      ...(await this.locateOnWeb(onWeb, remembered, onFetched, signal)),
      ...(await this.locateFiles(readable.filter(({ source }) => !isWebAddress(source)))),
    ]) {
      if ('rejection' in found) {
        settle(found.reference, { rejection: found.rejection });
        continue;
      }
      const { reference, fingerprint } = found;
      const before = remembered.get(reference.source);
      if (before === undefined || before.fingerprint !== fingerprint || fingerprint === '') toRead.push(found);
      else if (before.rejection !== null && LASTING.has(before.rejection.code)) {
        settle(reference, { rejection: before.rejection });
      } else if (before.imageId !== null && this.photos.knows(before.imageId)) {
        settle(reference, { imageId: before.imageId });
      } else toRead.push(found);
    }

    const readings = await this.readFiles(toRead, (share) => onRead(half + (1 - half) * share));
    for (const { reference, file, fingerprint } of toRead) {
      const { source } = reference;
      const reading = readings.get(file);
      if (reading === undefined) throw new Error(`The photo reader forgot ${file}.`);
      if ('ok' in reading) {
        const { imageId } = reading.ok;
        batch.images.push({ ...reading.ok, source });
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

  /** Files as they are: size and time tell whether one has changed. */
  private async locateFiles(references: ImageReference[]) {
    return Promise.all(
      references.map(async (reference) => {
        const { isAllowed, fingerprint } = await inspectSource(reference.source, this.root);
        if (isAllowed) return { reference, file: reference.source, fingerprint };
        const message = `The image lies outside ${this.root}, the only directory that this import may read.`;
        return { reference, rejection: { code: 'image-outside-root', message } };
      }),
    );
  }

  /** Photos on the web, fetched where they are not here or have changed: their hash tells. */
  private async locateOnWeb(
    references: ImageReference[],
    remembered: Map<string, KnownSource>,
    onFetched: (done: number) => void,
    signal: AbortSignal,
  ) {
    if (references.length === 0) return [];
    const wanted = references.map(({ source }) => ({
      url: source,
      isBroken: (remembered.get(source)?.rejection ?? null) !== null,
    }));
    const downloads = await this.fetcher.fetch(wanted, this.importId, onFetched, signal);
    return references.map((reference) => {
      const download = downloads.get(reference.source);
      if (download === undefined) throw new Error(`The photo fetcher forgot ${reference.source}.`);
      if ('rejection' in download) return { reference, rejection: download.rejection };
      return { reference, file: download.file, fingerprint: download.contentHash };
    });
  }

  /** Reads each file once, whatever names it. Fetched ones lie outside the root. */
  private async readFiles(located: Located[], onRead: (share: number) => void) {
    const isFetched = ({ reference }: Located) => isWebAddress(reference.source);
    const filesOf = (some: Located[]) => [...new Set(some.map(({ file }) => file))];
    const fetched = filesOf(located.filter(isFetched));
    const local = filesOf(located.filter((photo) => !isFetched(photo)));
    const all = fetched.length + local.length;
    const readings = await this.photos.read(local, this.root, (done) => onRead(done / all));
    const onFetchedRead = (done: number) => onRead((local.length + done) / all);
    for (const [file, reading] of await this.photos.read(fetched, null, onFetchedRead)) readings.set(file, reading);
    return readings;
  }

  private async ask(sources: string[]): Promise<Map<string, KnownSource>> {
    if (sources.length === 0) return new Map();
    const start = performance.now();
    const known = await this.store.knownSources(sources);
    this.storeSeconds += (performance.now() - start) / 1000;
    return known;
  }
}
