import { WeftError } from '#foundation';

/** What passes by itself, as a store that does not answer. */
export class PassingTrouble extends WeftError {
  constructor() {
    super('artifacts-unreachable', 'The store does not answer.');
  }

  override get isRetryable(): boolean {
    return true;
  }
}
