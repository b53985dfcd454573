import type { WeftError } from '#foundation';

/** Lets a few work at once and a few wait; whoever comes beyond that is turned away at once, having cost nothing. */
export class Turnstile {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param places how many work at once
   * @param queue how many may wait for a place
   * @param busy what the others are told
   */
  constructor(
    private readonly places: number,
    private readonly queue: number,
    private readonly busy: () => WeftError,
  ) {}

  /**
   * Runs `work` when there is a place.
   *
   * @throws what `busy` makes, when the queue is full
   */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside < this.places) this.inside += 1;
    else {
      if (this.waiting.length >= this.queue) throw this.busy();
      // The place of whoever leaves is handed over, so that nobody slips in between.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.inside -= 1;
      else next();
    }
  }
}
