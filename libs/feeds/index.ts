export { isKnownColumn, type KnownColumn } from './columns.js';
export { isEncodingName } from './encoding.js';
export { FeedError } from './feed-error.js';
export { FEED_FORMATS, type FeedFormat, MAX_FEED_BYTES } from './feed-format.js';
export { type FeedMapping, feedMapping, parseMapping } from './mapping.js';
export { type ColumnReport, Feed, type FeedOptions } from './feed.js';
export { listParts, type RawRow } from './raw-row.js';
