import { copyFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { partialName, renameDurably, syncFile } from '#foundation';
import { ArtifactsUnreachable } from './artifact-errors.js';
import type { ArtifactStore, StoredObject } from './artifact-store.js';

/** A store in a directory, such as one of a network file system: an object is a file. */
export class DirectoryStore implements ArtifactStore {
  readonly name: string;

  /** @param directory absolute path; must be there: an unmounted one is not filled */
  constructor(private readonly directory: string) {
    this.name = `file://${directory}`;
  }

  put(key: string, file: string): Promise<void> {
    return this.asked(async () => {
      await stat(this.directory);
      const path = this.pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      const partial = partialName(path);
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
      return file && (file.createReadStream() as AsyncIterable<Uint8Array>);
    });
  }

  sizeOf(key: string): Promise<number | null> {
    return this.asked(async () => (await orNull(stat(this.pathOf(key))))?.size ?? null);
  }

  async *list(directory: string): AsyncGenerator<StoredObject> {
    const entries = await this.asked(() => orNull(readdir(this.pathOf(directory), { withFileTypes: true })));
    for (const entry of entries ?? []) {
      const key = `${directory}/${entry.name}`;
      if (entry.name.endsWith('.partial')) continue;
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

  private async asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new ArtifactsUnreachable(this.name, error);
    }
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
