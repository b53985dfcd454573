import { join } from 'node:path';
import {
  type CatalogComparer,
  type CatalogStore,
  dryRun,
  type DryRunReport,
  FilePhotoReader,
  type ImportedFeedStore,
  type ImportResult,
  ImportService,
  readingOf,
  type UnchangedFeed,
  withFeed,
} from '#catalog';
import type { Fetcher } from '#fetching';
import { WeftError } from '#foundation';
import type { JobHandler, JobRun } from '#jobs';
import type { Features } from './features.js';

type Store = CatalogStore & CatalogComparer & ImportedFeedStore;
type Outcome = ImportResult | UnchangedFeed | DryRunReport;

/**
 * Takes a feed into the catalogue and its photos' features into the cache; or says what that would do.
 *
 * @param home fetched feeds lie below it while they are read
 */
export function importHandler(
  store: Store,
  jobs: { latestSucceeded(kind: 'import'): Promise<JobRun<'import'> | null> },
  features: Features,
  fetcher: Fetcher,
  home: string,
): JobHandler<'import'> {
  return async (run, report, signal): Promise<Outcome> => {
    const { input } = run;
    if (!input.dryRun) await refuseSuperseded(jobs, run);
    report({ stage: 'import', fraction: 0, message: 'starting' });
    const known = input.dryRun || input.again ? null : await store.importedFeed();
    const options = { fetcher, directory: join(home, 'fetched'), known, signal };
    const outcome = await withFeed(input, options, async ({ path, root, download }): Promise<Outcome> => {
      const { format, encoding, mapping } = input;
      const reading = { feed: path, root, format, encoding, mapping, address: download?.address ?? null };
      if (input.dryRun) return dryRun(store, reading, report, { signal });
      const photos = new FilePhotoReader(
        await features.startedExtractor(),
        await features.openedCache(),
        2 * features.threads,
      );
      const result = await new ImportService(store, photos).run(run.id, reading, report, signal);
      // Photos that failed for a while are to be tried again, changed feed or not.
      if (download !== null && !result.hasPhotosToRetry) {
        const { etag, lastModified, content } = download;
        await store.rememberFeed({ importId: run.id, reading: readingOf(input), etag, lastModified, content });
      }
      return result;
    });
    return outcome ?? { unchanged: true, since: known?.importedAt.toISOString() ?? '' };
  };
}

async function refuseSuperseded(
  jobs: { latestSucceeded(kind: 'import'): Promise<JobRun<'import'> | null> },
  run: JobRun,
): Promise<void> {
  const latest = await jobs.latestSucceeded('import');
  if (latest === null || latest.createdAt <= run.createdAt) return;
  throw new WeftError('import-superseded', 'A feed that was asked for later has been imported already.', {
    value: latest.id,
    remedy: 'Import this feed again if it is the one you want.',
  });
}
