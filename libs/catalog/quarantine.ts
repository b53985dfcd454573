import type { RowProblem } from './row-problem.js';
import type { QuarantineRecord } from './records.js';

const VALUE_LENGTH = 200;

/** A record that can be stored whatever the feed holds. */
export function quarantined(row: number, offerId: string | null, problem: RowProblem): QuarantineRecord {
  return {
    row,
    offerId: offerId === null ? null : storable(offerId),
    field: storable(problem.field),
    value: storable(problem.value),
    code: problem.code,
    message: storable(problem.message, 1_000),
  };
}

/** At most `length` characters; null characters and halves of surrogate pairs become U+FFFD. */
function storable(text: string, length = VALUE_LENGTH): string {
  const characters = Array.from(text.slice(0, 2 * length)).slice(0, length);
  return characters.join('').replace(/[\0\p{Surrogate}]/gu, '\ufffd');
}
