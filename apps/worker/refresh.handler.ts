import { join } from 'node:path';
import type { WeftConfig } from '#config';
import { ModelBundle } from '#embedder';
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
  { home }: Pick<WeftConfig, 'home'>,
  database: Pick<Database, 'repair' | 'generations' | 'jobs' | 'catalog' | 'photoIndex'>,
  features: Features,
): JobHandler<'refresh'> {
  const repairable = ({ cache, ...supply }: FeatureSupply, job: JobId): RepairFeatures => ({
    extractorId: cache.extractorId,
    cache,
    compute: (imageIds, report, signal) =>
      completeFeatures({ cache, ...supply }, imageIds, database.catalog, {
        ...{ home, reader: () => features.sharedReader({ cache, ...supply }, job) },
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
        open: embedderOpener(home, features, database.catalog, signal, id),
        readVectors: (generation, imageIds) => database.photoIndex.photoEmbeddings(generation, imageIds),
        models: join(home, 'models'),
        manifestOf,
      },
      report,
      signal,
    ).run();
}

async function manifestOf(directory: string): Promise<RegisteredManifest | null> {
  try {
    const bundle = await ModelBundle.open(directory);
    await bundle.close();
    return bundle.manifest;
  } catch (error) {
    if (error instanceof WeftError && error.code === 'bundle-damaged') return null;
    throw error;
  }
}
