import { WeftError } from '#foundation';

/** A text that is no filter: where it goes wrong, and what could stand there. */
export class FilterError extends WeftError {
  /**
   * @param column of the first character at fault; the first of the text is 1
   * @param expected what could stand there: `a quoted text`
   * @param found what does stand there: `'('`
   */
  constructor(
    readonly column: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super('filter-invalid', `Column ${column}: expected ${expected}, not ${found}.`, {
      remedy: "See docs/filters.md: price <= 50 AND colour IN ('red', 'navy'), say.",
    });
  }
}
