import { FeedError } from '#feeds';
import type { QuarantineRecord } from './records.js';

/** Why a feed without a usable row is not imported: it would deactivate the whole catalogue. */
export function nothingUsable(
  feed: string,
  read: number,
  first: QuarantineRecord | null,
  reasons: ReadonlyMap<string, number>,
): FeedError {
  if (read === 0)
    return new FeedError('feed-empty', `The feed ${feed} holds no rows.`, {
      value: feed,
      remedy: 'Nothing was changed in the catalogue. Export the feed again.',
    });
  const why = first === null ? '' : ` The first problem is in row ${first.row}, ${first.field}: ${first.message}`;
  return new FeedError('feed-no-usable-row', `None of the ${read} rows of ${feed} can be used.${why}`, {
    value: Object.fromEntries(reasons),
    remedy: 'Nothing was changed in the catalogue. Mend the feed and import it again.',
  });
}
