/** What a user may say a feed is, where it is not to be recognised by its content. */
export const FEED_FORMATS = ['csv', 'tsv', 'xml', 'jsonl', 'shopify', 'woocommerce'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** Most bytes of a feed that is fetched or uploaded, packed or not. */
export const MAX_FEED_BYTES = 8 * 1024 ** 3;
