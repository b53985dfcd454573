/** Most names that are remembered: a feed may call each row's columns differently. */
const MOST_NAMES = 10_000;

/** The names of the columns that a reader has met so far, in the order of the feed. */
export class ColumnLog {
  private readonly names = new Set<string>();

  add(name: string): void {
    if (name !== '' && this.names.size < MOST_NAMES) this.names.add(name);
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  all(): string[] {
    return [...this.names];
  }
}
