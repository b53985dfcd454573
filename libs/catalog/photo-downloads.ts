import { type FetchAnswer, type Fetcher, FetchError } from '#fetching';
import { type JobId, messageOf } from '#foundation';
import { DEFAULT_IMAGE_LIMITS, ImageRejected } from '#imaging';
import type { FetchCounts, FetchedCopy, FetchLog, PhotoDownload, PhotoFetcher, WantedPhoto } from './photo-fetching.js';
import type { PhotoFiles } from './photo-files.js';

/** Addresses of one host that are worked on at a time; the fetcher's own limits are below it. */
const PER_HOST = 8;

/** A host that fails so often in a row is not asked again in this import. */
const GIVEN_UP_AFTER = 10;

/** Fetches the photos of one import, and keeps them as files: each asked for once, with what is known of an earlier copy. */
export class PhotoDownloads implements PhotoFetcher {
  readonly counts: FetchCounts = { fresh: 0, unchanged: 0, here: 0, kept: 0, failed: 0, bytes: 0, seconds: 0 };
  /** Failures in a row. */
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly fetcher: Pick<Fetcher, 'receive'>,
    private readonly files: PhotoFiles,
    private readonly log: FetchLog,
  ) {}

  async fetch(
    wanted: WantedPhoto[],
    importId: JobId,
    onDone: (done: number) => void,
    signal: AbortSignal,
  ): Promise<Map<string, PhotoDownload>> {
    const start = performance.now();
    const downloads = new Map<string, PhotoDownload>();
    const copies =
      wanted.length === 0 ? new Map<string, FetchedCopy>() : await this.log.copiesOf(wanted.map(({ url }) => url));
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const worker = async (waiting: Iterable<WantedPhoto>) => {
      for (const photo of waiting) {
        downloads.set(photo.url, await this.download(photo, copies.get(photo.url), importId, either));
        onDone(downloads.size);
      }
    };
    const workers = [...byHost(wanted).values()].flatMap((photos) => {
      const waiting = photos.values();
      return Array.from({ length: PER_HOST }, () => worker(waiting));
    });
    try {
      await Promise.all(workers);
    } catch (error) {
      // The others are ended before the caller learns of it, so that nothing is written afterwards.
      stop.abort(error);
      await Promise.allSettled(workers);
      throw error;
    }
    this.counts.seconds += (performance.now() - start) / 1000;
    return downloads;
  }

  private async download(
    { url, isBroken }: WantedPhoto,
    copy: FetchedCopy | undefined,
    importId: JobId,
    signal: AbortSignal,
  ): Promise<PhotoDownload> {
    signal.throwIfAborted();
    const isHere = copy !== undefined && (await this.files.has(copy.contentHash, copy.bytes));
    if (isHere && copy.lastImport === importId) {
      this.counts.here += 1;
      return this.found(copy);
    }
    const { host } = new URL(url);
    try {
      if ((this.failures.get(host) ?? 0) >= GIVEN_UP_AFTER) throw givenUp(host);
      const fresh = await this.ask(url, isHere && !isBroken ? copy : undefined, importId, signal);
      this.failures.delete(host);
      return this.found(fresh);
    } catch (error) {
      if (!(error instanceof FetchError || error instanceof ImageRejected)) throw error;
      const isPassing = error instanceof FetchError && error.isRetryable;
      if (isPassing) this.failures.set(host, (this.failures.get(host) ?? 0) + 1);
      else this.failures.delete(host);
      if (isPassing && isHere && !isBroken) {
        this.counts.kept += 1;
        return this.found(copy);
      }
      this.counts.failed += 1;
      return { rejection: { code: error.code, message: messageOf(error) } };
    }
  }

  /** Asks whether the copy is still the one; without a copy, for the photo. */
  private async ask(url: string, copy: FetchedCopy | undefined, importId: JobId, signal: AbortSignal) {
    const conditions = { etag: copy?.etag ?? undefined, lastModified: copy?.lastModified ?? undefined };
    const options = { ...conditions, maxBytes: DEFAULT_IMAGE_LIMITS.maxBytes, signal };
    return this.fetcher.receive(url, options, async (answer: FetchAnswer): Promise<FetchedCopy> => {
      if (answer.status === 'not-modified') {
        if (copy === undefined) throw new Error('The fetcher answers what was not asked.');
        await this.log.confirm(url, importId);
        this.counts.unchanged += 1;
        return copy;
      }
      const { contentHash, bytes } = await this.files.receive(answer.body);
      const { etag, lastModified } = answer;
      const fresh = { contentHash, bytes, etag, lastModified, lastImport: importId };
      await this.log.keep(url, fresh);
      this.counts.fresh += 1;
      this.counts.bytes += bytes;
      return fresh;
    });
  }

  private found({ contentHash }: FetchedCopy): PhotoDownload {
    return { contentHash, file: this.files.pathOf(contentHash) };
  }
}

function byHost(wanted: WantedPhoto[]): Map<string, WantedPhoto[]> {
  const hosts = new Map<string, WantedPhoto[]>();
  for (const photo of wanted) {
    const { host } = new URL(photo.url);
    const others = hosts.get(host);
    if (others === undefined) hosts.set(host, [photo]);
    else others.push(photo);
  }
  return hosts;
}

function givenUp(host: string): FetchError {
  const message = `${host} failed ${GIVEN_UP_AFTER} times in a row and was not asked again by this import.`;
  return new FetchError('fetch-host-given-up', message, { value: host });
}
