import { WeftError } from '#foundation';

/** A generation that cannot be made or must not be served. */
export class GenerationError extends WeftError {}
