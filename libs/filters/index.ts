export {
  allOf,
  type Attribute,
  type Comparison,
  type Filter,
  type Flag,
  type NumberSubject,
  type Subject,
  subjectsOf,
  type TextSubject,
} from './filter.js';
export { FilterError } from './filter-error.js';
export { categoryPath, daysBefore, fold } from './folding.js';
export { MAX_FILTER_LENGTH, parseFilter } from './parse-filter.js';
export { checkFilter, filterText } from './filter-text.js';
export { type FilterFacts, passesFilter } from './passes-filter.js';
export { printFilter } from './print-filter.js';
export { isPlainNumber } from './tokens.js';
