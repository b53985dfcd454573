import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import { MANIFEST_FILE, ModelBundle } from '#embedder';
import { type JobId, WeftError } from '#foundation';
import type { RegisteredManifest } from '#generations';
import type { JobHandler } from '#jobs';
import type { Database } from '#persistence';
import { type RefreshReport, type RepairFeatures, RepairService } from '#repair';
import { completeFeatures } from './complete-features.js';
import type { FeatureSupply } from './feature-supply.js';
import type { Features } from './features.js';
import { filesLookedAt } from './look-at-files.js';
import { embedderOpener } from './open-embedder.js';

/** The nightly run: closes every difference between catalogue, features, models and kept generations, and tells it. */
export function refreshHandler(
  artifacts: Artifacts,
  database: Pick<Database, 'repair' | 'generations' | 'jobs' | 'catalog' | 'photoIndex'>,
  features: Features,
): JobHandler<'refresh'> {
  const repairable = ({ cache, ...supply }: FeatureSupply, job: JobId): RepairFeatures => ({
    extractorId: cache.extractorId,
    cache,
    compute: (imageIds, report, signal) =>
      completeFeatures({ cache, ...supply }, imageIds, database.catalog, {
        ...{ artifacts, reader: () => features.sharedReader({ cache, ...supply }, job) },
        ...{ report, signal, what: 'photos that had none' },
      }),
  });
  return ({ id }, report, signal): Promise<RefreshReport> =>
    new RepairService(
      {
        store: database.repair,
        generations: database.generations,
        jobs: database.jobs,
        features: {
          ofWeft: async () => repairable(await features.ofWeft(), id),
          ofModel: async (model) => repairable(await features.ofModel(model), id),
        },
        lookAtFiles: filesLookedAt(features, id),
        open: embedderOpener(artifacts, features, database.catalog, signal, id),
        readVectors: (generation, imageIds) => database.photoIndex.photoEmbeddings(generation, imageIds),
        models: join(artifacts.home, 'models'),
        manifestOf: (directory) => manifestOf(artifacts, directory),
      },
      report,
      signal,
    ).run();
}

async function manifestOf(artifacts: Artifacts, directory: string): Promise<RegisteredManifest | null> {
  const isGone = async () => (await artifacts.storedBytes(join(directory, MANIFEST_FILE))) === null;
  // Removed by another home's gc: what lies here is a copy of it.
  if (artifacts.storeName !== null && (await isGone())) return null;
  try {
    const bundle = await ModelBundle.open(directory);
    await bundle.close();
    return bundle.manifest;
  } catch (error) {
    if (error instanceof WeftError && error.code === 'bundle-damaged') return null;
    throw error;
  }
}
