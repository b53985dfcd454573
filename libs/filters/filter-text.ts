import { z } from 'zod';
import { FilterError } from './filter-error.js';
import { MAX_FILTER_LENGTH, parseFilter } from './parse-filter.js';

/**
 * Makes what is wrong with a text as a filter a fault of what holds it, with its column.
 *
 * @param offset of the filter's first character in the text that is at fault
 */
export function checkFilter(text: string, context: z.RefinementCtx, offset = 0): void {
  try {
    parseFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { message, column } = new FilterError(error.column + offset, error.expected, error.found);
    context.addIssue({ code: 'custom', message, params: { column } });
  }
}

/** A filter, as text: it stays one here, so that the document can describe it, and is read where it is used. */
export const filterText = z
  .string()
  .min(1)
  .max(MAX_FILTER_LENGTH, { abort: true })
  .superRefine((text, context) => checkFilter(text, context));
