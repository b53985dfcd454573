import { type CatalogStore, FilePhotoReader, ImportService } from '#catalog';
import { WeftError } from '#foundation';
import type { JobHandler, JobRun } from '#jobs';
import type { Features } from './features.js';

/** Takes a feed into the catalogue and its photos' features into the cache. */
export function importHandler(
  store: CatalogStore,
  jobs: { latestSucceeded(kind: 'import'): Promise<JobRun | null> },
  features: Features,
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
    return new ImportService(store, photos).run(run.id, run.input, report, signal);
  };
}
