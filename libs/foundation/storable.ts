/**
 * Text that may be kept and compared: no control characters, which an import refuses in ids and cleans out of other text, and
 * no half of a surrogate pair, as a page cuts one that shortens a text. Postgres stores neither a NUL nor a half.
 */
export const STORABLE = /^[^\u0000-\u001f\u007f\p{Surrogate}]*$/u;
