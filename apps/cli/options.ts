import { InvalidArgumentError } from 'commander';

/** A number option in [low, high]. */
export function numberIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < low || value > high) {
      throw new InvalidArgumentError(`must be a number from ${low} to ${high}.`);
    }
    return value;
  };
}

/** A whole-number option in [low, high]. */
export function integerIn(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = numberIn(low, high)(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError('must be a whole number.');
    return value;
  };
}
