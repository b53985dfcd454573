import { randomUUID } from 'node:crypto';
import { access, constants, copyFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renameDurably, syncFile } from '#foundation';
import { ArtifactsRefused, ArtifactsUnreachable } from './artifact-errors.js';
import { type ArtifactStore, type StoredObject, UNFINISHED } from './artifact-store.js';

/** The file that makes a directory a store. A person puts it there, once: no process could tell a new store from one that is not mounted. */
const MARKER = 'weft-store';
/** What the file system would say the next time, too. */
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS']);

/** A store in a directory, such as one of a network file system: an object is a file. */
export class DirectoryStore implements ArtifactStore {
  readonly name: string;

  /** @param directory absolute path. Without `weft-store` in it, it counts as not mounted: it is neither an empty store nor filled */
  constructor(private readonly directory: string) {
    this.name = `file://${directory}`;
  }

  async put(key: string, file: string): Promise<void> {
    // A file that is not there is not the store's fault.
    await access(file, constants.R_OK);
    await this.asked(async () => {
      const path = this.pathOf(key);
      const partial = this.pathOf(`${UNFINISHED}/${randomUUID()}`);
      for (const needed of [partial, path]) await mkdir(dirname(needed), { recursive: true });
      try {
        await copyFile(file, partial);
        await syncFile(partial);
        await renameDurably(partial, path);
      } finally {
        await rm(partial, { force: true });
      }
    });
  }

  read(key: string): Promise<AsyncIterable<Uint8Array> | null> {
    return this.asked(async () => {
      const file = await orNull(open(this.pathOf(key), 'r'));
      return file && this.bytesOf(file.createReadStream() as AsyncIterable<Uint8Array>);
    });
  }

  sizeOf(key: string): Promise<number | null> {
    return this.asked(async () => (await orNull(stat(this.pathOf(key))))?.size ?? null);
  }

  async *list(directory: string): AsyncGenerator<StoredObject> {
    const entries = await this.asked(() => orNull(readdir(this.pathOf(directory), { withFileTypes: true })));
    for (const entry of entries ?? []) {
      const key = `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        yield* this.list(key);
        continue;
      }
      const found = await this.asked(() => orNull(stat(this.pathOf(key))));
      if (found !== null) yield { key, bytes: found.size, changedAt: found.mtime };
    }
  }

  remove(key: string): Promise<void> {
    return this.asked(() => rm(this.pathOf(key), { force: true }));
  }

  private pathOf(key: string): string {
    return join(this.directory, key);
  }

  private async *bytesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw this.failure(error);
    }
  }

  private async asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      if ((await orNull(stat(this.pathOf(MARKER)))) === null) throw this.notMounted();
      return await work();
    } catch (error) {
      throw error instanceof ArtifactsUnreachable ? error : this.failure(error);
    }
  }

  private failure(error: unknown): ArtifactsRefused | ArtifactsUnreachable {
    const Failure = REFUSALS.has((error as NodeJS.ErrnoException).code ?? '') ? ArtifactsRefused : ArtifactsUnreachable;
    return new Failure(this.name, error);
  }

  private notMounted(): ArtifactsUnreachable {
    const cause = new Error(`there is no file ${MARKER} in it, so it is not mounted, or new`);
    return new ArtifactsUnreachable(this.name, cause, `Mount it. If it is new: touch '${this.pathOf(MARKER)}'`);
  }
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
