/** What a user may say a feed is, where it is not to be recognised by its content. */
export const FEED_FORMATS = ['csv', 'tsv', 'xml', 'jsonl', 'shopify', 'woocommerce'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];
