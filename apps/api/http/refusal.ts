import { WeftError } from '#foundation';
import type { ProblemCode } from './problem.js';

/** A request that is turned away before its route does anything, with what the answer's headers say of it. */
export class Refusal extends WeftError {
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, message: string, extra: { remedy?: string; headers?: Record<string, string> } = {}) {
    super(code, message, extra.remedy === undefined ? {} : { remedy: extra.remedy });
    this.headers = extra.headers ?? {};
  }
}
