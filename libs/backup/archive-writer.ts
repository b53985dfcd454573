import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { pack } from 'tar-stream';
import type { BackupManifest } from './backup-header.js';

/** Tar wants the size before the content: what has none is cut into pieces of this many bytes. */
const PIECE_BYTES = 4 * 2 ** 20;

/** Writes a tar and remembers the hash of each entry. Holds one piece in memory, whatever is written. */
export class ArchiveWriter {
  readonly entries: BackupManifest['entries'] = [];
  /** The tar itself: read it while entries are added. */
  readonly stream = pack();

  constructor(private readonly time: Date) {}

  async addBytes(name: string, bytes: Buffer): Promise<void> {
    await this.addFile(name, bytes.length, [bytes]);
  }

  /** Content of unknown length, as `directory/000000`, `directory/000001`, ... */
  async addPieces(directory: string, content: AsyncIterable<Buffer>): Promise<void> {
    let held: Buffer[] = [];
    let size = 0;
    let number = 0;
    const flush = async () => {
      await this.addBytes(`${directory}/${String(number).padStart(6, '0')}`, Buffer.concat(held, size));
      number += 1;
      held = [];
      size = 0;
    };
    for await (const chunk of content) {
      held.push(chunk);
      size += chunk.length;
      if (size >= PIECE_BYTES) await flush();
    }
    if (size > 0) await flush();
  }

  /** @throws RangeError when the content is not `size` bytes long */
  async addFile(name: string, size: number, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const hash = createHash('sha256');
    let written = 0;
    const settled = deferred();
    const entry = this.stream.entry({ name, size, mtime: this.time, mode: 0o600 }, (error) =>
      error ? settled.reject(error) : settled.resolve(),
    );
    // Told by the callback above, too; without a listener it would end the process.
    entry.on('error', () => undefined);
    try {
      for await (const chunk of content) {
        written += chunk.length;
        if (written > size) break;
        hash.update(chunk);
        if (!entry.write(chunk)) await Promise.race([once(entry, 'drain'), settled.promise]);
      }
      if (written !== size) throw new RangeError(`${name} is not ${size} bytes long any more.`);
    } catch (error) {
      settled.promise.catch(() => undefined);
      entry.destroy(error as Error);
      throw error;
    }
    entry.end(undefined);
    await settled.promise;
    this.entries.push({ name, bytes: size, sha256: hash.digest('hex') });
  }

  end(): void {
    this.stream.finalize();
  }
}

/** A promise with its two ends in hand (Promise.withResolvers, which Node 20 does not have). */
function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
