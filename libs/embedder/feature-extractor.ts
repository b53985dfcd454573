import { readFile } from 'node:fs/promises';
import { compiledFile } from '#config';
import {
  DEFAULT_LAYOUT,
  type FeatureLayout,
  type FeatureSpace,
  featureWidth,
  messageOf,
  sha256,
  WeftError,
} from '#foundation';
import { CANONICAL_SIZE, preprocessingOf } from '#imaging';
import { featureReplySchema, type FeatureReply, type FeatureRequest, type ThreadSettings } from './feature-messages.js';
import { ThreadPool } from './thread-pool.js';

/** How long threads wait for the next photos: an import that pauses to read more is back far sooner. */
const IDLE_MS = 60_000;

/** Photos a thread takes at once: a larger batch is not faster, and makes others wait. */
export const PHOTOS_AT_ONCE = 8;

/**
 * What features depend on beside the photo: the graph and the preprocessing. Features of different extractors never mix.
 *
 * @param side of the canonical pictures, in pixels
 * @returns 16 hexadecimal digits
 */
export function extractorIdOf(graph: Uint8Array, side = CANONICAL_SIZE): string {
  return sha256(`${sha256(graph)}\n${preprocessingOf(side)}`).slice(0, 16);
}

/**
 * Turns canonical pixels into features on worker threads, so that the event loop stays free. The values are rounded to
 * 16 bits, as the cache keeps them: a photo has the same features whether they are fresh or cached.
 */
export class FeatureExtractor implements FeatureSpace {
  private constructor(
    private readonly pool: ThreadPool<FeatureRequest, FeatureReply>,
    private readonly threads: number,
    readonly extractorId: string,
    readonly layout: FeatureLayout,
    /** Of the canonical pictures, in pixels. */
    readonly side: number,
    private readonly photosAtOnce: number,
  ) {}

  /**
   * @param options.graphPath an ONNX graph of #networks: uint8 [n, side, side, 3] to float32 [n, width of the layout]
   * @param options.layout of the graph's features. @default that of the graph Weft comes with
   * @param options.side of the canonical pictures, in pixels. @default 224
   * @param options.photosAtOnce most that the graph takes. @default 8
   * @param options.threads each with a one-thread session of its own, about 100 MB while there is work
   * @throws WeftError `feature-graph-unreadable` when there is no such file; `thread-not-started` when it is no graph
   */
  static async start(options: {
    graphPath: string;
    threads: number;
    layout?: FeatureLayout;
    side?: number;
    photosAtOnce?: number;
  }): Promise<FeatureExtractor> {
    const {
      graphPath,
      threads,
      layout = DEFAULT_LAYOUT,
      side = CANONICAL_SIZE,
      photosAtOnce = PHOTOS_AT_ONCE,
    } = options;
    const graph = await readFile(graphPath).catch((cause: unknown) => {
      throw new WeftError('feature-graph-unreadable', `The feature graph cannot be read: ${messageOf(cause)}`, {
        value: graphPath,
        remedy: 'weft setup',
        cause,
      });
    });
    const pool = await ThreadPool.start<FeatureRequest, FeatureReply>(
      {
        script: compiledFile(import.meta.url, './feature-thread.js'),
        settings: { graphPath, side } satisfies ThreadSettings,
        parse: (message) => featureReplySchema.parse(message),
        close: { type: 'close' },
        name: 'feature',
      },
      threads,
      IDLE_MS,
    );
    return new FeatureExtractor(pool, threads, extractorIdOf(graph, side), layout, side, photosAtOnce);
  }

  /**
   * The features of photos, in their order. Concurrent calls share the threads; a failure concerns its own call only.
   *
   * @param pixels canonical pixels, each RGB `[side, side, 3]`; they stay the caller's
   * @returns each as wide as the layout, exactly representable in 16 bits
   * @throws WeftError `pixels-unsuitable`, `features-failed`, `thread-died`, `threads-closed`
   */
  async extract(pixels: Uint8Array[]): Promise<Float32Array[]> {
    const bytes = this.pixelBytes;
    const odd = pixels.find(({ length }) => length !== bytes);
    if (odd !== undefined) {
      throw new WeftError('pixels-unsuitable', `Canonical pixels are ${bytes} bytes, not ${odd.length}.`, {
        value: odd.length,
      });
    }
    const atOnce = Math.min(this.photosAtOnce, Math.ceil(pixels.length / this.threads));
    const batches: Promise<Float32Array[]>[] = [];
    for (let start = 0; start < pixels.length; start += atOnce) {
      batches.push(this.extractBatch(pixels.slice(start, start + atOnce)));
    }
    return (await Promise.all(batches)).flat();
  }

  /** Ends the threads after what they work on, and resolves when they are gone. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private get pixelBytes(): number {
    return this.side * this.side * 3;
  }

  private async extractBatch(photos: Uint8Array[]): Promise<Float32Array[]> {
    const pixels = new Uint8Array(photos.length * this.pixelBytes);
    photos.forEach((photo, at) => pixels.set(photo, at * this.pixelBytes));
    const width = featureWidth(this.layout);
    const reply = await this.pool.run({ type: 'extract', photos: photos.length, pixels }, [pixels.buffer]);
    if (reply.type !== 'features' || reply.features.length !== photos.length * width) {
      const reason = reply.type === 'failed' ? reply.message : `it does not give ${width} values a photo`;
      throw new WeftError('features-failed', `The feature graph failed: ${reason}`, { remedy: 'weft setup' });
    }
    const { features } = reply;
    return photos.map((_, at) => features.slice(at * width, (at + 1) * width));
  }
}
