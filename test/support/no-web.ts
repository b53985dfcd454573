import type { PhotoFetcher } from '#catalog';

/** For imports whose photos are all files: fails when one is to be fetched after all. */
export const noWeb: PhotoFetcher = {
  fetch: () => Promise.reject(new Error('This test fetches nothing.')),
  counts: { fresh: 0, unchanged: 0, here: 0, kept: 0, failed: 0, bytes: 0, seconds: 0 },
};
