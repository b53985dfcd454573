import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';

/** More than a service of the tests writes. */
const ROOM = '4g';

/** A file system of its own in a directory, in memory, that is full when a test says so. */
export class SmallDisk {
  private constructor(private readonly directory: string) {}

  /** @returns why there can be none here */
  static mount(directory: string): SmallDisk | string {
    if (process.getuid?.() !== 0) return 'only root may mount a file system';
    try {
      run('mount', '-t', 'tmpfs', '-o', `size=${ROOM},mode=711`, 'tmpfs', directory);
    } catch (error) {
      return `no file system can be mounted here: ${(error as Error).message.trim().split('\n').at(-1)}`;
    }
    return new SmallDisk(directory);
  }

  /** Leaves no room for anything more. What is freed meanwhile may be used again. */
  fill(): void {
    const { blocks, bfree, bsize } = statfsSync(this.directory);
    // No smaller than what is used, which may grow between the two calls.
    for (let spare = 0; ; spare += 64) {
      try {
        this.resize(`${(blocks - bfree + spare) * bsize}`);
        return;
      } catch (error) {
        if (spare > 4_096) throw error;
      }
    }
  }

  makeRoom(): void {
    this.resize(ROOM);
  }

  unmount(): void {
    run('umount', this.directory);
  }

  private resize(size: string): void {
    run('mount', '-o', `remount,size=${size}`, this.directory);
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
