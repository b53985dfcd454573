import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import {
  type ImageId,
  isThere,
  isWebAddress,
  makeDirectory,
  messageOf,
  partialName,
  photoDirectory,
  photoFile,
  renameDurably,
} from '#foundation';
import { ArtifactDamaged } from './artifact-errors.js';
import { type ArtifactStore, UNFINISHED } from './artifact-store.js';

/** Files named by the SHA-256 of their bytes, or by its beginning: fetched photos and segments of features. */
const NAMED_BY_HASH = /^([0-9a-f]{32}|[0-9a-f]{64})(\.features)?$/;

/** Most are small, so that waiting for the store is what takes long. */
const BROUGHT_AT_ONCE = 16;

/** What marks a file of a home in {@link Artifacts.nameOf}. */
const OF_HOME = 'home:';

/** A file of the store, by the path that it has or would have here. */
export interface StoredFile {
  path: string;
  bytes: number;
  changedAt: Date;
}

/**
 * What lies in a home and never changes: fetched photos, features, models, backbones. With a store the home is this machine's copy of
 * it: what is made here is shared, and what is missing here is brought. Without one, the home is all there is, and nothing here does
 * anything.
 *
 * A file is shared before it has its name in the home. So whatever has its name is in the store, too, and a process that dies between
 * the two leaves nothing that others lack.
 */
export class Artifacts {
  constructor(
    readonly home: string,
    private readonly store: ArtifactStore | null,
  ) {}

  /** The store, for people; null: nothing is shared. */
  get storeName(): string | null {
    return this.store?.name ?? null;
  }

  /**
   * Puts a file into the store.
   *
   * @param file with the bytes, on the disk
   * @param path that the file has in the home, or is about to have
   * @throws ArtifactsUnreachable, ArtifactsRefused, as everything here
   */
  async share(file: string, path: string): Promise<void> {
    await this.store?.put(this.keyOf(path), file);
  }

  /**
   * Puts the files of a directory into the store.
   *
   * @param path that the directory has in the home, or is about to have
   * @param last the file without which the directory does not count
   */
  async shareDirectory(directory: string, path: string, last: string): Promise<void> {
    if (this.store === null) return;
    const names = (await readdir(directory)).filter((name) => name !== last);
    for (const name of [...names, last]) await this.share(join(directory, name), join(path, name));
  }

  /**
   * Makes sure that a file named by its hash is here, if the store has it. Of other files and of files that are no part of the home, nothing
   * is asked.
   *
   * @throws ArtifactDamaged when its bytes are not those that it is named by
   */
  async bring(path: string): Promise<void> {
    if (this.store === null || !this.isOfHome(path) || !NAMED_BY_HASH.test(basename(path)) || (await isThere(path)))
      return;
    const body = await this.store.read(this.keyOf(path));
    if (body === null) return;
    const partial = partialName(path);
    makeDirectory(dirname(path));
    try {
      const hash = await receive(body, partial);
      if (!hash.startsWith(basename(path, '.features')))
        throw this.damaged(path, 'its bytes are not those of its name');
      await renameDurably(partial, path);
    } finally {
      await rm(partial, { force: true });
    }
  }

  /**
   * Brings all files of a directory that are named by their hashes, those of directories in it, too.
   *
   * @returns one for each that is damaged: it is left out
   */
  async bringAll(directory: string, isWanted: (path: string) => boolean = () => true): Promise<ArtifactDamaged[]> {
    const damaged: ArtifactDamaged[] = [];
    const files = this.stored(directory);
    const worker = async () => {
      for await (const { path } of files) {
        if (!isWanted(path)) continue;
        await this.bring(path).catch((error: unknown) => {
          if (!(error instanceof ArtifactDamaged)) throw error;
          damaged.push(error);
        });
      }
    };
    await Promise.all(Array.from({ length: BROUGHT_AT_ONCE }, worker));
    return damaged;
  }

  /**
   * Makes sure that a directory is here, if the store has it whole. It appears whole or not at all.
   *
   * @param last the file without which the directory does not count
   * @param verify throws what is wrong with the directory that it is given
   * @throws ArtifactDamaged
   */
  async bringDirectory(path: string, last: string, verify: (directory: string) => Promise<void>): Promise<void> {
    if (this.store === null || (await isThere(path))) return;
    const files: string[] = [];
    for await (const file of this.stored(path)) files.push(file.path);
    if (!files.includes(join(path, last))) return;
    const partial = partialName(path);
    makeDirectory(dirname(path));
    await mkdir(partial);
    try {
      for (const file of files) {
        if (dirname(file) !== path) throw this.damaged(path, `${file} does not belong there`);
        const body = await this.store.read(this.keyOf(file));
        if (body !== null) await receive(body, join(partial, basename(file)));
      }
      await verify(partial).catch((cause: unknown) => {
        throw this.damaged(path, messageOf(cause), cause);
      });
      await renameDurably(partial, path).catch(async (error: unknown) => {
        // Another process has brought it meanwhile.
        if (!(await isThere(join(path, last)))) throw error;
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }

  /**
   * The bytes of a file that is written anew at times, such as a model's card: those of the store, where there is one.
   *
   * @returns null: there is no such file
   */
  async newest(path: string): Promise<Uint8Array | null> {
    const stored = await this.store?.read(this.keyOf(path));
    if (stored) return bytesOf(stored);
    return readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  /** Where a model lies, or would lie, in this home: the home may have moved, or be a copy, since the model was recorded. */
  modelPath({ version }: { version: string }): string {
    return join(this.home, 'models', version);
  }

  /** Where a photo of the catalogue lies: fetched ones are brought if need be. @throws ArtifactDamaged */
  async photoFile(source: string, imageId: ImageId): Promise<string> {
    const file = photoFile(source, imageId, photoDirectory(this.home));
    if (isWebAddress(source)) await this.bring(file);
    return file;
  }

  /** The files that are in the store of a directory of the home. None, without a store. */
  async *stored(directory: string): AsyncGenerator<StoredFile> {
    if (this.store === null) return;
    for await (const { key, ...known } of this.store.list(this.keyOf(directory))) {
      const path = join(this.home, ...key.split('/'));
      // Anyone who may write to the store can name an object as no file is: `models/../photos`, `models/`.
      if (this.keyOf(path) === key) yield { ...known, path };
    }
  }

  /**
   * Names of what is directly in a directory of the home, in the store.
   *
   * @param last only of directories with this file, without which they do not count
   */
  async namesIn(directory: string, last?: string): Promise<string[]> {
    const names = new Set<string>();
    for await (const { path } of this.stored(directory)) {
      const [name, ...below] = relative(directory, path).split(sep) as [string, ...string[]];
      if (last === undefined || join(...below) === last) names.add(name);
    }
    return [...names];
  }

  /** Bytes of a file in the store; null: it is not there, or there is no store. */
  async storedBytes(path: string): Promise<number | null> {
    return this.store === null ? null : this.store.sizeOf(this.keyOf(path));
  }

  /** Removes a file from the store. Here it is left. */
  async forget(path: string): Promise<void> {
    await this.store?.remove(this.keyOf(path));
  }

  /** Removes a directory from the store, first the file without which it does not count. Here it is left. */
  async forgetDirectory(path: string, last?: string): Promise<void> {
    if (last !== undefined) await this.forget(join(path, last));
    for await (const file of this.stored(path)) await this.forget(file.path);
  }

  /** What processes have not finished putting into the store; those of long ago are dead. */
  unfinished(): AsyncGenerator<StoredFile> {
    return this.stored(join(this.home, UNFINISHED));
  }

  /** A name by which another machine finds a file of the home in its own; other files go by their paths. */
  nameOf(file: string): string {
    return this.isOfHome(file) ? `${OF_HOME}${this.keyOf(file)}` : file;
  }

  /** The file that another machine named. */
  fileNamed(name: string): string {
    return name.startsWith(OF_HOME) ? join(this.home, name.slice(OF_HOME.length)) : name;
  }

  private isOfHome(path: string): boolean {
    return path.startsWith(this.home + sep);
  }

  private keyOf(path: string): string {
    return relative(this.home, path).split(sep).join('/');
  }

  private damaged(path: string, what: string, cause?: unknown): ArtifactDamaged {
    return new ArtifactDamaged(this.storeName ?? '', this.keyOf(path), what, cause);
  }
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Writes what arrives into a file, on the disk when this resolves. @returns the SHA-256 of its bytes */
async function receive(body: AsyncIterable<Uint8Array>, path: string): Promise<string> {
  const file = await open(path, 'wx');
  try {
    const hash = createHash('sha256');
    for await (const chunk of body) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
