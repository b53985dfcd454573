import { type FetchLog, PhotoDownloads, PhotoFiles } from '#catalog';
import { AddressRules, Fetcher } from '#fetching';
import type { JobId } from '#foundation';

/** Nothing is kept of these photos, so nothing is remembered of them. */
const forgetful: FetchLog = { copiesOf: async () => new Map(), keep: async () => {}, confirm: async () => {} };

/**
 * Fetches photos for one command.
 *
 * @param urls each once
 * @param directory where they go, for as long as the command needs them
 * @param fetchAllow what the operator has listed
 * @returns the file of each; those that could not be fetched are absent
 */
export async function photosFromWeb(
  urls: string[],
  directory: string,
  fetchAllow: readonly string[],
): Promise<Map<string, string>> {
  const fetcher = new Fetcher(new AddressRules(fetchAllow));
  try {
    const wanted = urls.map((url) => ({ url, isBroken: false }));
    const downloads = await new PhotoDownloads(fetcher, new PhotoFiles(directory), forgetful).fetch(
      wanted,
      '' as JobId,
      () => undefined,
      new AbortController().signal,
    );
    return new Map([...downloads].flatMap(([url, got]) => ('file' in got ? [[url, got.file] as const] : [])));
  } finally {
    await fetcher.close();
  }
}
