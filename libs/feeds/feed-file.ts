import { type FileHandle, open, stat } from 'node:fs/promises';
import { messageOf } from '#foundation';
import { isEncodingName, encodingOf, inUtf8, withoutReplacements } from './encoding.js';
import { FeedError } from './feed-error.js';
import { unpacked } from './unpacked.js';

const HEAD_BYTES = 64 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** A feed opened for one reading from start to end. */
export class FeedFile {
  private bytesRead = 0;
  private readonly text: AsyncGenerator<Uint8Array>;
  private start: Uint8Array = new Uint8Array();
  private label = 'utf-8';

  private constructor(
    readonly path: string,
    private readonly size: number,
    private readonly modifiedMs: number,
    private readonly handle: FileHandle,
  ) {
    this.text = unpacked(this.raw(), path);
  }

  /**
   * Opens a feed, packed with gzip or not, and looks at its first 64 KiB.
   *
   * @param encoding null: that of its byte order mark or XML declaration, else UTF-8
   * @throws FeedError when there is none, or it is no text
   */
  static async open(path: string, encoding: string | null = null): Promise<FeedFile> {
    // Looked at before it is opened: opening a pipe waits for its other end.
    const found = await stat(path).catch((error: unknown) => {
      throw new FeedError('feed-missing', `There is no readable feed at ${path}.`, {
        value: path,
        remedy: 'Look at the path, and whether this account may read the file.',
        cause: error,
      });
    });
    if (!found.isFile()) {
      const kind = found.isDirectory() ? 'a directory' : 'not a regular file';
      throw new FeedError('feed-not-a-file', `The feed ${path} is ${kind}.`, {
        value: path,
        remedy: 'Name the file that the shop exports.',
      });
    }
    const handle = await open(path).catch((error: unknown) => {
      throw new FeedError('feed-missing', `The feed ${path} cannot be opened: ${messageOf(error)}.`, {
        value: path,
        remedy: 'Let this account read the file.',
        cause: error,
      });
    });
    try {
      const { size, mtimeMs } = await handle.stat();
      const feed = new FeedFile(path, size, mtimeMs, handle);
      await feed.look(encoding);
      return feed;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The start of the text, up to 64 KiB. */
  get head(): string {
    return this.decodedHead;
  }
  private decodedHead = '';

  /** The text in UTF-8 without byte order mark, once; see `inUtf8` for bytes that are none. */
  chunks(): AsyncGenerator<Uint8Array> {
    return inUtf8(this.rest(), this.label);
  }

  /** The share of the file that was read, in [0, 1]. */
  get share(): number {
    return this.size === 0 ? 1 : Math.min(1, this.bytesRead / this.size);
  }

  /** @throws FeedError `feed-changed` when the file was written to since it was opened. */
  async assertUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.handle.stat();
    if (size !== this.size || mtimeMs !== this.modifiedMs) {
      throw new FeedError('feed-changed', `The feed ${this.path} was changed while it was read.`, {
        value: this.path,
        remedy: 'Write the feed under another name, rename it when it is complete, and import it again.',
      });
    }
  }

  async close(): Promise<void> {
    await this.text.return(undefined);
    await this.handle.close();
  }

  private async look(asked: string | null): Promise<void> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < HEAD_BYTES) {
      const step = await this.text.next();
      if (step.done === true) break;
      parts.push(step.value);
      length += step.value.length;
    }
    const bytes = Buffer.concat(parts);
    const { label, mark } = encodingOf(bytes, asked);
    if (!isEncodingName(label)) {
      throw new FeedError('feed-encoding', `The feed ${this.path} is in an encoding that Weft does not know.`, {
        value: label,
        remedy: 'Save it as UTF-8.',
      });
    }
    this.label = label;
    this.start = bytes.subarray(mark);
    const head = new TextDecoder(label, { ignoreBOM: true }).decode(this.start.subarray(0, HEAD_BYTES), {
      stream: true,
    });
    this.decodedHead = withoutReplacements(head);
  }

  private async *rest(): AsyncGenerator<Uint8Array> {
    yield this.start;
    this.start = new Uint8Array();
    yield* this.text;
  }

  private async *raw(): AsyncGenerator<Uint8Array> {
    const stream = this.handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        this.bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw new FeedError('feed-unreadable', `Reading ${this.path} failed: ${messageOf(error)}.`, {
        remedy: 'Look at the disk that the feed lies on, and import it again.',
        cause: error,
      });
    }
  }
}
