import { WeftError } from '#foundation';

/**
 * A feed that cannot be imported as a whole, as opposed to rows of it that are quarantined. Codes: `feed-missing`,
 * `feed-outside-root`, `feed-not-a-file`, `feed-empty`, `feed-binary`, `feed-encoding`, `feed-format`, `feed-too-large`,
 * `feed-line-ends`, `feed-columns`, `feed-xml`, `feed-unreadable`, `feed-changed`, `feed-no-usable-row`.
 */
export class FeedError extends WeftError {}
