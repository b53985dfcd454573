import type { Artifacts } from '#artifacts';
import {
  type CatalogComparer,
  type CatalogStore,
  dryRun,
  type DryRunReport,
  type FeedAtHand,
  type FetchLog,
  type ImportedFeedStore,
  ImportService,
  PhotoDownloads,
  PhotoFiles,
  readingOf,
  withFeed,
} from '#catalog';
import type { Fetcher } from '#fetching';
import { type JobId, photoDirectory, type ProgressListener, WeftError } from '#foundation';
import type { RefreshedGeneration } from '#generations';
import type { ImportOutcome, JobHandler, JobRun } from '#jobs';
import type { Features } from './features.js';

type Store = CatalogStore & CatalogComparer & ImportedFeedStore;
type ImportRun = JobRun<'import'>;
interface Imports {
  latestSucceeded(kind: 'import'): Promise<ImportRun | null>;
}

/** Where feeds and photos named by address come from, where they go, and what is remembered of photos. */
export interface WebSupply {
  fetcher: Fetcher;
  /** Share fetched photos. */
  artifacts: Artifacts;
  /** Directory of fetched feeds while they are read. */
  feeds: string;
  log: FetchLog;
}

/** Brings every kept generation in step with the catalogue. */
type Refresh = (job: JobId, report: ProgressListener, signal: AbortSignal) => Promise<RefreshedGeneration[]>;

/**
 * Takes a feed into the catalogue, its photos' features into the cache, and their vectors into every kept generation; or
 * says what that would do.
 */
export function importHandler(
  store: Store,
  jobs: Imports,
  features: Features,
  web: WebSupply,
  refresh: Refresh,
): JobHandler<'import'> {
  return async (run, report, signal): Promise<ImportOutcome | DryRunReport> => {
    const { input } = run;
    if (!input.dryRun) await refuseSuperseded(jobs, run);
    report({ stage: 'import', fraction: 0, message: 'starting' });
    const known = input.dryRun || input.again ? null : await store.importedFeed();
    const options = { fetcher: web.fetcher, directory: web.feeds, known, signal };
    const outcome = await withFeed<ImportOutcome | DryRunReport>(input, options, async (feed) =>
      input.dryRun
        ? dryRun(store, readingAt(run, feed), report, { signal })
        : importAt(feed, { run, store, features, web, refresh, report, signal }),
    );
    if (outcome !== null) return outcome;
    const since = known?.importedAt.toISOString() ?? '';
    // Whatever kept an earlier import from completing a generation may have been mended.
    return { unchanged: true, since, generations: await refresh(run.id, report, signal) };
  };
}

async function refuseSuperseded(jobs: Imports, run: ImportRun): Promise<void> {
  const latest = await jobs.latestSucceeded('import');
  if (latest === null || latest.number <= run.number) return;
  throw new WeftError('import-superseded', 'A feed that was asked for later has been imported already.', {
    value: latest.id,
    remedy: 'Import this feed again if it is the one you want.',
  });
}

function readingAt({ input }: ImportRun, { path, root, download }: FeedAtHand) {
  const { format, encoding, mapping } = input;
  return { feed: path, root, format, encoding, mapping, address: download?.address ?? null };
}

interface ImportParts {
  run: ImportRun;
  store: Store;
  features: Features;
  web: WebSupply;
  refresh: Refresh;
  report: ProgressListener;
  signal: AbortSignal;
}

async function importAt(feed: FeedAtHand, parts: ImportParts): Promise<ImportOutcome> {
  const { run, store, features, web, refresh, report, signal } = parts;
  const photos = await features.sharedReader(await features.ofWeft(), run.id);
  const files = new PhotoFiles(photoDirectory(web.artifacts.home), web.artifacts);
  // One import runs at a time, so what is unfinished is no other's.
  await files.clean();
  const downloads = new PhotoDownloads(web.fetcher, files, web.log);
  const service = new ImportService(store, photos, downloads);
  const result = await service.run(run.id, readingAt(run, feed), report, signal);
  // Before the feed is remembered as done: a worker that dies here has its import done again.
  const generations = await refresh(run.id, report, signal);
  // Photos that failed for a while are to be tried again, changed feed or not.
  if (feed.download !== null && !result.hasPhotosToRetry) {
    const { etag, lastModified, content } = feed.download;
    await store.rememberFeed({ importId: run.id, reading: readingOf(run.input), etag, lastModified, content });
  }
  return { ...result, generations };
}
