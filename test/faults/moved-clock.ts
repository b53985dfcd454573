import { existsSync, writeFileSync } from 'node:fs';

/** Where Debian's package libfaketime puts it. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const HOUR_S = 3_600;

/**
 * The clock of all processes that are started with its environment. It is what a person or NTP sets: what counts seconds since
 * the machine was started goes on as it was.
 */
export class MovedClock {
  private ahead = 0;

  private constructor(private readonly file: string) {
    this.set(0);
  }

  /**
   * @param file that the processes look at; it must be readable for all of them
   * @returns why there can be none here
   */
  static at(file: string): MovedClock | string {
    if (!existsSync(LIBRARY)) return 'libfaketime is not installed (Debian: apt-get install libfaketime)';
    return new MovedClock(file);
  }

  get environment(): Record<string, string> {
    return {
      ...{ LD_PRELOAD: LIBRARY, FAKETIME_TIMESTAMP_FILE: this.file, FAKETIME_CACHE_DURATION: '1' },
      ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_RESET: '1', FAKETIME_DISABLE_SHM: '1' },
    };
  }

  /** An hour ahead; the next time back again. */
  jump(): void {
    this.set(this.ahead === 0 ? HOUR_S : 0);
  }

  private set(seconds: number): void {
    this.ahead = seconds;
    writeFileSync(this.file, `+${seconds}\n`);
  }
}
