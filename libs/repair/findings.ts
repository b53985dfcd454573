import type { GenerationId } from '#foundation';
import { type Difference, type DifferenceKind, DIFFERENCES } from './report.js';

/** Examples of each difference, and of what is open of it. */
const EXAMPLES = 5;

/** Why something could not be closed. */
export interface StillOpen {
  what: string;
  why: string;
}

/** What was found, as it comes. */
export class Findings {
  private readonly all: Difference[] = [];

  /** Takes note of a difference. @param open how many, and for some of them why */
  add(
    kind: DifferenceKind,
    found: { count: number; examples: readonly string[] },
    open: { count: number; reasons: readonly StillOpen[] } = { count: 0, reasons: [] },
    generation: GenerationId | null = null,
  ): void {
    if (found.count === 0) return;
    this.all.push({
      ...{ kind, generation, found: found.count, closed: Math.max(0, found.count - open.count) },
      examples: found.examples.slice(0, EXAMPLES),
      open: open.reasons.slice(0, EXAMPLES),
    });
  }

  /** As {@link add}, of things that each have a name. @param open those of them that could not be closed */
  addEach(
    kind: DifferenceKind,
    found: readonly string[],
    open: readonly StillOpen[] = [],
    generation: GenerationId | null = null,
  ): void {
    this.add(kind, { count: found.length, examples: found }, { count: open.length, reasons: open }, generation);
  }

  /** In the order in which kinds are looked for. */
  list(): Difference[] {
    const order = Object.keys(DIFFERENCES);
    return this.all.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  }
}
