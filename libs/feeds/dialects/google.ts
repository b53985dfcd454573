import { isKnownColumn } from '../columns.js';
import type { Dialect } from './dialect.js';

/** Google Merchant's columns, which are Weft's own. */
export const google: Dialect = {
  name: 'google',
  decimal: null,
  use: (column) => (isKnownColumn(column) ? 'field' : 'attribute'),
  translate: (rows) => rows,
};
