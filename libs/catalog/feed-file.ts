import { type FileHandle, open, stat } from 'node:fs/promises';
import { messageOf } from '#foundation';
import { FeedError } from './feed-error.js';

const HEAD_BYTES = 64 * 1024;

export type FeedFormat = 'csv' | 'jsonl';

/** A feed opened for one reading from start to end. */
export class FeedFile {
  private constructor(
    readonly path: string,
    readonly format: FeedFormat,
    /** In bytes, when it was opened. */
    readonly size: number,
    private readonly modifiedMs: number,
    private readonly handle: FileHandle,
  ) {}

  /**
   * Opens a feed and looks at its first 64 KiB: CSV or JSON Lines, UTF-8.
   *
   * @throws FeedError saying what was found instead
   */
  static async open(path: string): Promise<FeedFile> {
    // Looked at before it is opened: opening a pipe waits for its other end.
    const found = await stat(path).catch((error: unknown) => {
      throw new FeedError('feed-missing', `There is no readable feed at ${path}.`, { value: path, cause: error });
    });
    if (!found.isFile()) {
      const kind = found.isDirectory() ? 'a directory' : 'not a regular file';
      throw new FeedError('feed-not-a-file', `The feed ${path} is ${kind}.`, { value: path });
    }
    const handle = await open(path).catch((error: unknown) => {
      throw new FeedError('feed-missing', `The feed ${path} cannot be opened: ${messageOf(error)}.`, {
        value: path,
        cause: error,
      });
    });
    try {
      const { size, mtimeMs } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const format = recognise(path, buffer.subarray(0, bytesRead), bytesRead === size);
      return new FeedFile(path, format, size, mtimeMs, handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The bytes from the start, once. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.handle.createReadStream({
        start: 0,
        autoClose: false,
        highWaterMark: 256 * 1024,
      })) {
        yield chunk as Uint8Array;
      }
    } catch (error) {
      throw new FeedError('feed-unreadable', `Reading ${this.path} failed: ${messageOf(error)}.`, { cause: error });
    }
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
    await this.handle.close();
  }
}

/** @throws FeedError when the head is not that of a text file in UTF-8 that could be a feed. */
function recognise(path: string, head: Uint8Array, isWhole: boolean): FeedFormat {
  const refuse = (code: string, sentence: string, remedy?: string): never => {
    throw new FeedError(code, `The feed ${path} ${sentence}.`, {
      value: path,
      ...(remedy === undefined ? {} : { remedy }),
    });
  };
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    refuse('feed-encoding', 'is encoded in UTF-16', 'Save it as UTF-8.');
  }
  if (head[0] === 0x1f && head[1] === 0x8b) refuse('feed-binary', 'is compressed with gzip', 'Unpack it first.');
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03) {
    refuse('feed-binary', 'is a zip archive or a spreadsheet', 'Export it as CSV in UTF-8.');
  }
  const text = decodeUtf8(head, isWhole);
  if (text === null) return refuse('feed-encoding', 'is not encoded in UTF-8', 'Save it as UTF-8.');
  const start = text.trimStart();
  if (start === '') refuse('feed-empty', 'is empty');
  // Zero bytes further down are damaged rows, not another kind of file.
  if (start.split('\n', 1)[0]?.includes('\0')) {
    refuse('feed-binary', 'is a binary file', 'Weft reads CSV and JSON Lines.');
  }
  if (start.startsWith('<')) refuse('feed-format', 'is XML', 'Export it as CSV or JSON Lines.');
  if (start.startsWith('[')) {
    refuse('feed-format', 'is one JSON array', 'Write JSON Lines: one object per line, without brackets or commas.');
  }
  if (!text.includes('\n') && /\r[^\r]/.test(text)) {
    refuse('feed-line-ends', 'ends its lines with a carriage return alone', 'Save it with LF or CRLF line ends.');
  }
  return start.startsWith('{') ? 'jsonl' : 'csv';
}

/** The text (without byte order mark), or null when it is not UTF-8. A character cut at the end is left out. */
function decodeUtf8(bytes: Uint8Array, isWhole: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return null;
  }
}
