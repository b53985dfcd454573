import type { Clock } from '#foundation';

/**
 * An answer that is asked for once in a while, however often it is wanted, and once at a time. A failure is kept, too: what
 * cannot answer is not asked by everyone.
 */
export class Kept<T> {
  private latest: { at: number; answer: Promise<T> } | null = null;

  /** @param keepMs how old an answer may be, in milliseconds, counted from its question */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly keepMs: number,
    private readonly clock: Clock,
  ) {}

  get(): Promise<T> {
    const now = this.clock.now().getTime();
    // A clock that was set back makes nothing last.
    if (this.latest === null || Math.abs(now - this.latest.at) >= this.keepMs) {
      this.latest = { at: now, answer: this.ask() };
    }
    return this.latest.answer;
  }
}
