import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import type { WeftConfig } from '#config';
import { type AuditSummary, sentenceOf, summaryOf } from '#audit';
import { AUGMENTED_VIEW } from '#catalog';
import { catalogueSnapshot, singlePhotos, type Snapshot, trainingMetricsSchema, writeSnapshot } from '#datasets';
import { MANIFEST_FILE, modelDirectory, ModelBundle, type ModelManifest } from '#embedder';
import {
  type Clock,
  type Device,
  isThere,
  type JobId,
  makeDirectory,
  messageOf,
  type ModelVersion,
  type ProgressListener,
  sha256,
  type TrainingSettings,
  writeDurably,
} from '#foundation';
import { cardFile, type GenerationStore } from '#generations';
import type { JobHandler, JobQueue, JobRun, SecondShopResult, TrainResult } from '#jobs';
import { drawCatalogueCard } from '#model-card';
import { ensureTrainingParts } from '#provision';
import type { Audit } from './audit.handler.js';
import { completeFeatures, type PhotoSources } from './complete-features.js';
import type { FeatureSupply } from './feature-supply.js';
import type { Features } from './features.js';
import type { WebSupply } from './import.handler.js';
import { snapshotOfSecond } from './second-shop.js';
import { runTrainer } from './trainer-process.js';

/** In the directory of a training: the newest state that it can go on from. */
const CHECKPOINT = 'checkpoint';
/** There, too: what was mined offline so far. */
const TRIPLETS = 'triplets';

/** What a model's card is drawn from, besides the model. */
interface CardParts {
  catalogue: Parameters<typeof drawCatalogueCard>[0]['catalogue'];
  /** The feed that was imported last. */
  feed: () => Promise<string | null>;
  clock: Clock;
}

/**
 * Trains a model on the catalogue as it is now: snapshot, trainer process, bundle under `home/models`, row in the
 * database. A run that is taken up again finds the bundle that an earlier attempt finished, or goes on from its checkpoint
 * where the catalogue is still the same; the directory with it is removed by whoever knows that no attempt will follow.
 */
export function trainHandler(
  config: WeftConfig,
  artifacts: Artifacts,
  store: GenerationStore,
  features: Features,
  web: Pick<WebSupply, 'fetcher' | 'feeds'>,
  audit: Audit,
  sources: PhotoSources,
  card: CardParts,
  queue: Pick<JobQueue, 'enqueue'>,
): JobHandler<'train'> {
  return async (run, report, signal, say): Promise<TrainResult> => {
    const start = performance.now();
    report({ stage: 'snapshot', fraction: 0, message: 'gathering the features of the catalogue' });
    await ensureTrainingParts(config, deviceOf(config, run), (line) =>
      report({ stage: 'setup', fraction: 0, message: line }),
    );
    const { backbone } = run.input;
    const supply = backbone === null ? await features.ofWeft() : await features.ofBackbone(backbone);
    const imageIds = (await store.photosOfCatalogue()).map(({ imageId }) => imageId);
    const reader = () => features.sharedReader(supply, run.id);
    const options = { artifacts, reader, report, signal };
    await completeFeatures(supply, imageIds, sources, options);
    const { also, views } = run.input;
    if (views !== 'none') {
      const wanted = singlePhotos(await store.photosOfCatalogue(), await store.salt());
      const readerOfViews = () => features.reader(supply, AUGMENTED_VIEW);
      const ofViews = { what: 'augmented views of single photos', picturing: AUGMENTED_VIEW, reader: readerOfViews };
      await completeFeatures(supply, wanted, sources, { ...options, ...ofViews });
    }
    const { snapshot, missing } = await catalogueSnapshot(store, supply.cache, views);
    const other = also && (await snapshotOfSecond(also, snapshot, supply, await reader(), web, report, signal));
    const audited = await auditFirst(audit, report, signal, say);
    const directory = runDirectory(config, run.id);
    const models = join(config.home, 'models');
    const version = versionOf(run, snapshot, other?.second);
    const bundle = join(models, version);
    makeDirectory(directory);
    await removeAllBut(directory, [CHECKPOINT, TRIPLETS]);
    makeDirectory(models);
    // An earlier attempt may have run on another machine.
    await modelDirectory(artifacts, { version });
    const isTrained = await isThere(bundle);
    const snapshotSeconds = (performance.now() - start) / 1000;
    if (!isTrained) {
      await writeSnapshot(join(directory, 'snapshot'), snapshot);
      if (other) await writeSnapshot(join(directory, 'second-snapshot'), other.second);
      await train(config, supply, run, version, directory, audited, report, signal, say);
      await artifacts.shareDirectory(join(directory, 'bundle'), bundle, MANIFEST_FILE);
      await rename(join(directory, 'bundle'), bundle);
    }
    const trainingSeconds = (performance.now() - start) / 1000 - snapshotSeconds;
    const model = await ModelBundle.open(bundle);
    const { manifest } = model;
    await store.registerModel(manifest, bundle);
    report({ stage: 'card', fraction: 1, message: 'drawing the model card' });
    const drawn = await writeCard(model, bundle, snapshot, card, artifacts, say);
    await model.close();
    const embedding = await followUp(run, version, queue);
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
      audit: audited,
      card: drawn,
      embedding,
      seconds: { snapshot: snapshotSeconds, training: trainingSeconds },
    };
  };
}

/** Queues the embedding that is to follow; once, however often this run is taken up again. */
async function followUp(
  { id, input: { then }, requestedBy, requestId, priority }: JobRun<'train'>,
  modelVersion: ModelVersion,
  queue: Pick<JobQueue, 'enqueue'>,
): Promise<JobId | null> {
  if (then === 'nothing') return null;
  const promote = then === 'promote' ? 'if-better' : 'never';
  const embedding = await queue.enqueue(
    'embed',
    { modelVersion, promote },
    { requestedBy, priority, key: `weft:after:${id}`, ...(requestId === null ? {} : { requestId }) },
  );
  return embedding.id;
}

/**
 * What earlier attempts left is written again: the catalogue may have changed. The checkpoint stays, because it knows what
 * it belongs to, and is of no use to a training of anything else; and with it the triplets, which a training that begins
 * anew removes.
 */
async function removeAllBut(directory: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!kept.includes(name)) await rm(join(directory, name), { recursive: true, force: true });
  }
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

/** What is wrong with the data, said before it is learned. An audit that fails costs no training: why is said. */
async function auditFirst(
  audit: Audit,
  report: ProgressListener,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<AuditSummary | null> {
  try {
    const summary = summaryOf(await audit(report, signal));
    report({ stage: 'audit', fraction: 1, message: sentenceOf(summary), detail: summary });
    say(sentenceOf(summary));
    return summary;
  } catch (error) {
    signal.throwIfAborted();
    say(`The training goes on, but its data could not be audited: ${messageOf(error)}`);
    return null;
  }
}

/** Draws the card of a new model into its bundle. A card that cannot be drawn costs no training: why is said. */
async function writeCard(
  bundle: ModelBundle,
  directory: string,
  snapshot: Snapshot,
  { catalogue, feed, clock }: CardParts,
  artifacts: Artifacts,
  say: (line: string) => void,
): Promise<string | null> {
  try {
    const parts = { bundle, snapshot, catalogue, artifacts, feed: await feed(), madeAt: clock.now() };
    const file = cardFile({ directory });
    const page = new TextEncoder().encode(await drawCatalogueCard(parts));
    await writeDurably(file, page, (written) => artifacts.share(written, file));
    return file;
  } catch (error) {
    say(`The model is whole, but its card cannot be drawn: ${messageOf(error)}`);
    return null;
  }
}

async function train(
  config: WeftConfig,
  { graphPath, side }: FeatureSupply,
  run: JobRun<'train'>,
  version: ModelVersion,
  directory: string,
  audited: AuditSummary | null,
  report: ProgressListener,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const args = [
    'train',
    '--tethered',
    ...['--snapshot', join(directory, 'snapshot')],
    ...(run.input.also === null ? [] : ['--second-snapshot', join(directory, 'second-snapshot')]),
    ...['--out', join(directory, 'bundle')],
    ...['--settings', JSON.stringify(settingsOf(run))],
    ...['--audit', JSON.stringify(audited)],
    ...['--device', deviceOf(config, run)],
    ...['--version', version],
    ...['--features-graph', graphPath],
    ...['--picture-size', String(side)],
    ...['--checkpoint', join(directory, CHECKPOINT)],
    ...['--triplets', join(directory, TRIPLETS)],
  ];
  const onProgress: Parameters<typeof runTrainer>[1]['onProgress'] = (progress) => {
    const { pass, passes, step, steps, message, loss, activeShare, realPositiveShare, secondsLeft, validation } =
      progress;
    const { secondsExpected } = progress;
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
        secondsExpected,
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
  const { device, also, then, ...settings } = input;
  return settings;
}
