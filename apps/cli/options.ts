import { InvalidArgumentError, Option } from 'commander';
import { type Filter, FilterError, parseFilter } from '#filters';
import { PRIORITIES } from '#jobs';

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

/** A filter of docs/filters.md. */
export function filterOption(text: string): Filter {
  try {
    return parseFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}

/** Of every command that starts a job. */
export function priorityOption(): Option {
  const words = 'which of the jobs of a kind that wait goes first; default: normal';
  return new Option('--priority <name>', words).choices(PRIORITIES);
}
