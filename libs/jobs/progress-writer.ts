import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '#foundation';
import type { BegunRun, JobStore } from './job-store.js';

/**
 * Writes the newest progress of a run, one write at a time and at most one per interval: handlers may report per row.
 * A progress that cannot be written is reported to `onError` and otherwise ignored; it must not end the run.
 */
export class ProgressWriter {
  private newest: Progress | null = null;
  private writing: Promise<void> | null = null;
  private readonly hurry = new AbortController();

  constructor(
    private readonly store: JobStore,
    private readonly run: BegunRun,
    private readonly intervalMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Takes note of a progress; returns at once. */
  readonly report = (progress: Progress): void => {
    if (this.hurry.signal.aborted) return;
    this.newest = progress;
    this.writing ??= this.write();
  };

  /** Writes what is still to be written. Later reports are ignored. */
  async finish(): Promise<void> {
    this.hurry.abort();
    await this.writing;
  }

  private async write(): Promise<void> {
    while (this.newest !== null) {
      const progress = this.newest;
      this.newest = null;
      try {
        await this.store.saveProgress(this.run, progress);
        await sleep(this.intervalMs, undefined, { signal: this.hurry.signal });
      } catch (error) {
        if (!this.hurry.signal.aborted) this.onError(error);
      }
    }
    this.writing = null;
  }
}
