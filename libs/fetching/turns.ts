import { setMaxListeners } from 'node:events';

/** Gives turns: so many per host, so many in all, first come first served among those whose host has room. */
export class Turns {
  private readonly waiting = new Set<{ host: string; start: () => void }>();
  private readonly running = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly perHost: number,
    private readonly atOnce: number,
  ) {}

  /**
   * @returns what gives the turn back; calling it again does nothing
   * @throws the signal's reason when it is aborted before the turn comes
   */
  async take(host: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (!this.hasRoom(host)) await this.wait(host, signal);
    else this.begin(host);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.end(host);
    };
  }

  private hasRoom(host: string): boolean {
    return this.total < this.atOnce && (this.running.get(host) ?? 0) < this.perHost;
  }

  private begin(host: string): void {
    this.total += 1;
    this.running.set(host, (this.running.get(host) ?? 0) + 1);
  }

  private end(host: string): void {
    this.total -= 1;
    const left = (this.running.get(host) ?? 0) - 1;
    if (left > 0) this.running.set(host, left);
    else this.running.delete(host);
    for (const next of this.waiting) {
      if (!this.hasRoom(next.host)) continue;
      this.waiting.delete(next);
      this.begin(next.host);
      next.start();
      return;
    }
  }

  private wait(host: string, signal: AbortSignal): Promise<void> {
    // Any number may wait for the same caller.
    setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const place = { host, start: () => (signal.removeEventListener('abort', leave), resolve()) };
      const leave = () => {
        this.waiting.delete(place);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.add(place);
    });
  }
}
