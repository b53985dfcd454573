import { isWebAddress } from '#foundation';

/** A feed's path or address as a page may show it: without what gives access, a password or a token in the query. */
export function shownFeed(feed: string): string {
  if (!isWebAddress(feed) || !URL.canParse(feed)) return feed;
  const address = new URL(feed);
  return `${address.protocol}//${address.host}${address.pathname}`;
}
