import { setTimeout as sleep } from 'node:timers/promises';
import type { Artifacts } from '#artifacts';
import type { FeatureCache } from '#embedder';
import type { ImageId, JobId } from '#foundation';
import type { BatchOutcome, PhotoBatchStore } from './photo-batch.js';
import type { PhotoReader, PhotoReading, PhotoTimings } from './photo-reading.js';

/** Photos of a batch: half a second of one core. Fewer would make more files of features, more would be shared less evenly. */
const BATCH_PHOTOS = 64;
/** Between two looks at what others still read. */
const WAIT_MS = 25;

/**
 * Reads the photos of a job together with every other worker that has time. This process takes part itself and reads whatever
 * others could not: a worker that does not see the files, or whose cache is another one, slows an import down and cannot change
 * what comes of it.
 */
export class SharedPhotoReader implements PhotoReader {
  private readonly helped = { decoded: 0, extracted: 0, waited: 0 };

  /**
   * @param own reads in this process
   * @param cache that of `own`
   * @param artifacts name files for workers with homes of their own
   */
  constructor(
    private readonly own: PhotoReader,
    private readonly cache: Pick<FeatureCache, 'extractorId' | 'has' | 'refresh'>,
    private readonly batches: PhotoBatchStore,
    private readonly job: JobId,
    private readonly artifacts: Pick<Artifacts, 'nameOf' | 'fileNamed'>,
  ) {}

  /** What others read counts as decoded, too; waiting for them counts as time for features. */
  get timings(): Readonly<PhotoTimings> {
    const { decode, features, decoded, extracted } = this.own.timings;
    const { waited, ...helped } = this.helped;
    return {
      ...{ decode, features: features + waited, byOthers: helped.decoded },
      ...{ decoded: decoded + helped.decoded, extracted: extracted + helped.extracted },
    };
  }

  knows(imageId: ImageId): boolean {
    return this.own.knows(imageId);
  }

  async read(
    sources: string[],
    root: string | null,
    onRead: (done: number) => void = () => undefined,
  ): Promise<Map<string, PhotoReading>> {
    if (sources.length <= BATCH_PHOTOS) return this.own.read(sources, root, onRead);
    const { extractorId } = this.cache;
    const batches = Array.from({ length: Math.ceil(sources.length / BATCH_PHOTOS) }, (_, i) => {
      const files = sources.slice(i * BATCH_PHOTOS, (i + 1) * BATCH_PHOTOS);
      return { extractorId, root, files: files.map((file) => this.artifacts.nameOf(file)) };
    });
    const ids = await this.batches.post(this.job, batches);
    const readings = new Map<string, PhotoReading>();
    try {
      for (let left = ids.length; left > 0; left = await this.batches.left(ids)) {
        onRead(Math.max(readings.size, sources.length - left * BATCH_PHOTOS));
        const isTaken = await this.batches.take({ own: this.job }, async ({ files }) => {
          const own = files.map((name) => this.artifacts.fileNamed(name));
          for (const [file, reading] of await this.own.read(own, root)) readings.set(file, reading);
          return NOTHING_HELPED;
        });
        if (isTaken) continue;
        const start = performance.now();
        await sleep(WAIT_MS);
        this.helped.waited += (performance.now() - start) / 1000;
      }
    } finally {
      await this.count(await this.batches.remove(ids), readings);
    }
    const left = sources.filter((source) => !readings.has(source));
    const before = readings.size;
    const others = await this.own.read(left, root, (done) => onRead(before + done));
    return new Map([...readings, ...others]);
  }

  /** Takes over what others read, as far as their features are here. */
  private async count(outcomes: BatchOutcome[], readings: Map<string, PhotoReading>): Promise<void> {
    if (outcomes.every(({ read }) => read.length === 0)) return;
    await this.cache.refresh();
    for (const { read, extracted } of outcomes) {
      const here = read.filter(({ photo }) => this.cache.has(photo.imageId));
      for (const { file, photo } of here) readings.set(this.artifacts.fileNamed(file), { ok: photo });
      this.helped.decoded += here.length;
      this.helped.extracted += Math.min(extracted, here.length);
    }
  }
}

/** Of a batch that the job's own process read. */
const NOTHING_HELPED: BatchOutcome = { read: [], extracted: 0 };
