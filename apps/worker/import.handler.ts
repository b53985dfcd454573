import { type CatalogStore, type FetchLog, FilePhotoReader, ImportService, PhotoDownloads, PhotoFiles } from '#catalog';
import type { Fetcher } from '#fetching';
import { WeftError } from '#foundation';
import type { JobHandler, JobRun } from '#jobs';
import type { Features } from './features.js';

/** Where photos named by address come from, where they go, and what is remembered of them. */
export interface PhotoSupply {
  fetcher: Fetcher;
  /** Directory of fetched photos. */
  directory: string;
  log: FetchLog;
}

/** Takes a feed into the catalogue and its photos' features into the cache. */
export function importHandler(
  store: CatalogStore,
  jobs: { latestSucceeded(kind: 'import'): Promise<JobRun | null> },
  features: Features,
  { fetcher, directory, log }: PhotoSupply,
): JobHandler<'import'> {
  return async (run, report, signal) => {
    const latest = await jobs.latestSucceeded('import');
    if (latest !== null && latest.createdAt > run.createdAt) {
      throw new WeftError('import-superseded', 'A feed that was asked for later has been imported already.', {
        value: latest.id,
        remedy: 'Import this feed again if it is the one you want.',
      });
    }
    report({ stage: 'import', fraction: 0, message: 'starting' });
    const photos = new FilePhotoReader(
      await features.startedExtractor(),
      await features.openedCache(),
      2 * features.threads,
    );
    const files = new PhotoFiles(directory);
    // One import runs at a time, so what is unfinished is no other's.
    await files.clean();
    const downloads = new PhotoDownloads(fetcher, files, log);
    return new ImportService(store, photos, downloads).run(run.id, run.input, report, signal);
  };
}
