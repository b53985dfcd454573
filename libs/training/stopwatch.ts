/** Seconds of each stage, by name. */
export class Stopwatch {
  readonly laps: Record<string, number> = {};
  private since = performance.now();

  /** Ends the stage that ran since the last lap and adds its seconds to `stage`. */
  lap(stage: string): void {
    const now = performance.now();
    this.laps[stage] = (this.laps[stage] ?? 0) + (now - this.since) / 1000;
    this.since = now;
  }
}
