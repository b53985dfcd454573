/**
 * The one seeded generator of Weft. Passed in wherever chance is wanted, so that a snapshot and a seed name a run.
 *
 * Mulberry32 (T. Ettinger, public domain): 32 bits of state, period 2^32, ample for sampling batches.
 */
export class Random {
  private bits: number;

  /** @param seed any integer; only its low 32 bits count. */
  constructor(seed: number) {
    this.bits = seed | 0;
  }

  /** All that decides what comes next: a generator with this as its seed goes on where this one is. */
  get state(): number {
    return this.bits;
  }

  /** A number in [0, 1). */
  next(): number {
    this.bits = (this.bits + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.bits ^ (this.bits >>> 15), 1 | this.bits);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer in [0, bound). */
  int(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** One element. The list must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(items.length)];
    if (item === undefined) throw new RangeError('Random.pick needs a non-empty list.');
    return item;
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i -= 1) {
      const j = this.int(i + 1);
      [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
    }
    return copy;
  }

  /** A generator whose stream does not depend on how often this one is used afterwards. */
  fork(): Random {
    return new Random(this.int(2 ** 32));
  }
}
