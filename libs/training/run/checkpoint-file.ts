import { readFile, rm } from 'node:fs/promises';
import { messageOf, writeDurably } from '#foundation';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

/** Where a training keeps the newest state that it can go on from. */
export class CheckpointFile {
  /**
   * @param path of the file, whose directory is there
   * @param say told in a sentence when a checkpoint that lies there is of no use
   */
  constructor(
    private readonly path: string,
    private readonly say: (line: string) => void,
  ) {}

  /** Replaces what is there, on the disk when this resolves: whole or not at all. */
  save(checkpoint: Checkpoint): Promise<void> {
    return writeDurably(this.path, encodeCheckpoint(checkpoint));
  }

  /**
   * What an earlier process left, or null. One of another key, or one that cannot be read, is removed: the training begins
   * anew.
   */
  async load(key: string): Promise<Checkpoint | null> {
    const bytes = await readFile(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (bytes === null) return null;
    try {
      const checkpoint = decodeCheckpoint(bytes);
      if (checkpoint.key === key) return checkpoint;
      this.say('The checkpoint is of another snapshot, other settings or another device; the training begins anew.');
    } catch (error) {
      this.say(`The checkpoint cannot be used: ${messageOf(error)}. The training begins anew.`);
    }
    await rm(this.path, { force: true });
    return null;
  }
}
