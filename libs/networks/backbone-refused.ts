import { WeftError } from '#foundation';

/** A brought backbone that Weft will not run. Code `backbone-refused`; the sentence says what about it. */
export class BackboneRefused extends WeftError {
  constructor(message: string, options: { value?: unknown; remedy?: string; cause?: unknown } = {}) {
    super('backbone-refused', message, options);
  }
}
