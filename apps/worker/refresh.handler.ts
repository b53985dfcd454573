import { join } from 'node:path';
import type { WeftConfig } from '#config';
import { ModelBundle } from '#embedder';
import { WeftError } from '#foundation';
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
  const repairable = ({ cache, ...supply }: FeatureSupply): RepairFeatures => ({
    extractorId: cache.extractorId,
    cache,
    compute: (imageIds, report, signal) =>
      completeFeatures({ cache, ...supply }, imageIds, database.catalog, {
        ...{ home, threads: features.threads, report, signal, what: 'photos that had none' },
      }),
  });
  return (_run, report, signal): Promise<RefreshReport> =>
    new RepairService(
      {
        store: database.repair,
        generations: database.generations,
        jobs: database.jobs,
        features: {
          ofWeft: async () => repairable(await features.ofWeft()),
          ofModel: async (model) => repairable(await features.ofModel(model)),
        },
        lookAtFiles: filesLookedAt(features),
        open: embedderOpener(home, features, database.catalog, signal),
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
