import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '#foundation';
import type { JobLogLine } from './job-run.js';
import type { JobStore } from './job-store.js';

/** Lines that wait to be written, at most; handlers may say more than anyone will read. */
const WAITING = 1_000;

/**
 * Writes what is said of a run into its log, one write at a time and at most one per interval. Where lines come faster, the
 * oldest that wait are left out, and how many is said. Lines that cannot be written are reported to `onError`; they must not end
 * the run.
 */
export class LogWriter {
  private waiting: Pick<JobLogLine, 'level' | 'words'>[] = [];
  private leftOut = 0;
  private writing: Promise<void> | null = null;
  private readonly hurry = new AbortController();

  constructor(
    private readonly store: JobStore,
    private readonly id: JobId,
    private readonly intervalMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Takes a line; returns at once. */
  add(level: JobLogLine['level'], words: string): void {
    this.waiting.push({ level, words });
    if (this.waiting.length > WAITING) {
      this.waiting.shift();
      this.leftOut += 1;
    }
    this.writing ??= this.write();
  }

  /** Writes what is still to be written, without waiting. */
  async finish(): Promise<void> {
    this.hurry.abort();
    await this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting;
      if (this.leftOut > 0) lines.unshift({ level: 'warn', words: `${this.leftOut} lines were left out here.` });
      this.waiting = [];
      this.leftOut = 0;
      await this.store.addToLog(this.id, lines).catch(this.onError);
      await sleep(this.intervalMs, undefined, { signal: this.hurry.signal }).catch(() => undefined);
    }
    this.writing = null;
  }
}
