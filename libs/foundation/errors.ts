/**
 * An error that a person can act on.
 *
 * `code` is stable, kebab-case and meant for programs; `message` is one sentence that says what is wrong;
 * `remedy` says what mends it (often a command); `value` is the offending value, shortened for logs.
 */
export class WeftError extends Error {
  readonly value: unknown;
  readonly remedy: string | undefined;

  constructor(
    readonly code: string,
    message: string,
    options: { value?: unknown; remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.value = options.value;
    this.remedy = options.remedy;
  }

  /** Whether it may pass by itself, so that the same thing may work a while later, though nobody mends anything. */
  get isRetryable(): boolean {
    return false;
  }
}

/** Whether a person must mend it. What passes by itself has the work done again, and so has what says nothing of itself: a lost connection, say. */
export function isLasting(error: unknown): error is WeftError {
  return error instanceof WeftError && !error.isRetryable;
}

/** The sentence of anything thrown, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
