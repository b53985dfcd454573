import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WeftConfig } from '#config';
import { buildSnapshot, type Snapshot, trainingMetricsSchema, writeSnapshot } from '#datasets';
import { type FeatureCache, ModelBundle, type ModelManifest } from '#embedder';
import {
  type Device,
  type JobId,
  makeDirectory,
  type ModelVersion,
  type ProgressListener,
  sha256,
  type TrainingSettings,
  WeftError,
} from '#foundation';
import type { GenerationStore } from '#generations';
import type { JobHandler, JobRun, SecondShopResult, TrainResult } from '#jobs';
import { backboneWeightsPath, ensureTrainingParts, featureGraphPath } from '#provision';
import type { Features } from './features.js';
import type { WebSupply } from './import.handler.js';
import { snapshotOfSecond } from './second-shop.js';
import { runTrainer } from './trainer-process.js';

/**
 * Trains a model on the catalogue as it is now: snapshot, trainer process, bundle under `home/models`, row in the
 * database. A run that is taken up again finds the bundle that an earlier attempt finished.
 */
export function trainHandler(
  config: WeftConfig,
  store: GenerationStore,
  features: Features,
  web: Pick<WebSupply, 'fetcher' | 'feeds'>,
  say: (job: JobId, line: string) => void,
): JobHandler<'train'> {
  return async (run, report, signal): Promise<TrainResult> => {
    const start = performance.now();
    report({ stage: 'snapshot', fraction: 0, message: 'gathering the features of the catalogue' });
    await ensureTrainingParts(config, deviceOf(config, run), (line) =>
      report({ stage: 'setup', fraction: 0, message: line }),
    );
    const { snapshot, missing } = await snapshotOf(store, await features.openedCache());
    const { also } = run.input;
    const other = also && (await snapshotOfSecond(also, snapshot, features, web, report, signal));
    const directory = runDirectory(config, run.id);
    const models = join(config.home, 'models');
    const version = versionOf(run, snapshot, other?.second);
    const bundle = join(models, version);
    try {
      await rm(directory, { recursive: true, force: true });
      makeDirectory(directory);
      makeDirectory(models);
      const isTrained = await stat(bundle).then(
        () => true,
        () => false,
      );
      const snapshotSeconds = (performance.now() - start) / 1000;
      if (!isTrained) {
        await writeSnapshot(join(directory, 'snapshot'), snapshot);
        if (other) await writeSnapshot(join(directory, 'second-snapshot'), other.second);
        await train(config, run, version, directory, report, signal, (line) => say(run.id, line));
        await rename(join(directory, 'bundle'), bundle);
      }
      const model = await ModelBundle.open(bundle);
      const { manifest } = model;
      await model.close();
      await store.registerModel(manifest, bundle);
      return {
        version,
        headsChosen: manifest.headsChosen,
        reason: manifest.reason,
        ...computedOn(manifest),
        secondShop: also && other && secondShopOf(also.feed, other, manifest),
        dial: manifest.dial,
        photos: snapshot.photos.length,
        photosWithoutFeatures: missing,
        photosContradicting: snapshot.contradictions,
        seconds: { snapshot: snapshotSeconds, training: (performance.now() - start) / 1000 - snapshotSeconds },
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
}

/** What trained the model, and why not what `auto` would rather have had. */
function computedOn({ metrics }: ModelManifest): Pick<TrainResult, 'device' | 'insteadBecause'> {
  const { device, insteadBecause } = trainingMetricsSchema.parse(metrics).compute;
  return { device, insteadBecause };
}

function secondShopOf(
  feed: string,
  { second, leftOut }: Awaited<ReturnType<typeof snapshotOfSecond>>,
  { metrics }: ModelManifest,
): SecondShopResult | null {
  const { secondShop } = trainingMetricsSchema.parse(metrics);
  return secondShop && { feed, photos: second.photos.length, leftOut, ...secondShop };
}

/** A job that leaves the choice to the worker gets what the worker is set to. */
function deviceOf(config: WeftConfig, { input }: JobRun<'train'>): Device {
  return input.device === 'auto' ? config.device : input.device;
}

/** Where a training keeps its files while it runs. */
export function runDirectory(config: Pick<WeftConfig, 'home'>, id: JobId): string {
  return join(config.home, 'runs', id);
}

/** The photos of the catalogue with their cached features, and how many of them have none. */
async function snapshotOf(
  store: GenerationStore,
  cache: FeatureCache,
): Promise<{ snapshot: Snapshot; missing: number }> {
  const photos = await store.photosOfCatalogue();
  if (photos.length === 0) {
    throw new WeftError('catalogue-empty', 'There is nothing to train on: the catalogue has no photos.', {
      remedy: 'weft import FEED',
    });
  }
  const known = photos.filter(({ imageId }) => cache.has(imageId));
  const { features, lab, missing } = await cache.readMany(known.map(({ imageId }) => imageId));
  if (known.length === 0 || missing.length > 0) {
    throw new WeftError('features-missing', 'The features of the photos are not in the feature cache.', {
      value: { photos: photos.length, known: known.length, unreadable: missing.length },
      remedy: 'Import the feed again: that computes what is missing.',
    });
  }
  const snapshot = buildSnapshot({
    photos: known,
    features,
    lab,
    extractorId: cache.extractorId,
    layout: cache.layout,
    salt: await store.salt(),
  });
  return { snapshot, missing: photos.length - known.length };
}

async function train(
  config: WeftConfig,
  run: JobRun<'train'>,
  version: ModelVersion,
  directory: string,
  report: ProgressListener,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const args = [
    'train',
    ...['--snapshot', join(directory, 'snapshot')],
    ...(run.input.also === null ? [] : ['--second-snapshot', join(directory, 'second-snapshot')]),
    ...['--out', join(directory, 'bundle')],
    ...['--settings', JSON.stringify(settingsOf(run))],
    ...['--device', deviceOf(config, run)],
    ...['--version', version],
    ...['--features-graph', featureGraphPath(config)],
    ...['--weights', backboneWeightsPath(config)],
  ];
  const onProgress: Parameters<typeof runTrainer>[1]['onProgress'] = (progress) => {
    const { pass, passes, step, steps, message, loss, activeShare, realPositiveShare, secondsLeft, validation } =
      progress;
    report({
      stage: 'training',
      fraction: (pass - 1 + step / steps) / passes,
      message,
      detail: {
        pass,
        passes,
        step,
        steps,
        loss,
        activeShare,
        realPositiveShare,
        secondsLeft,
        validationSameProduct: validation?.sameProduct ?? null,
        validationSameStyle: validation?.sameStyle ?? null,
        validationSameStyleOtherColour: validation?.sameStyleOtherColour ?? null,
      },
    });
  };
  await runTrainer(args, { onProgress, onWords: say }, signal);
}

/** Time at which the training was asked for, and a hash of all that decides its outcome: equal for every attempt. */
function versionOf(run: JobRun<'train'>, snapshot: Snapshot, second: Snapshot | undefined): ModelVersion {
  const time = run.createdAt.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const content = sha256(JSON.stringify([snapshot.hash, settingsOf(run), ...(second ? [second.hash] : [])]));
  return `${time}-${content.slice(0, 8)}` as ModelVersion;
}

/** What decides the outcome, wherever it is computed. */
function settingsOf({ input }: JobRun<'train'>): TrainingSettings {
  const { device, also, ...settings } = input;
  return settings;
}
