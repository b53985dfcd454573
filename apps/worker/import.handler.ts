import { type CatalogStore, FilePhotoReader, ImportService } from '#catalog';
import type { JobHandler } from '#jobs';
import type { Features } from './features.js';

/** Takes a feed into the catalogue and its photos' features into the cache. */
export function importHandler(store: CatalogStore, features: Features): JobHandler<'import'> {
  return async (run, report, signal) => {
    report({ stage: 'import', fraction: 0, message: 'starting' });
    const photos = new FilePhotoReader(
      await features.startedExtractor(),
      await features.openedCache(),
      2 * features.threads,
    );
    return new ImportService(store, photos).run(run.id, run.input, report, signal);
  };
}
