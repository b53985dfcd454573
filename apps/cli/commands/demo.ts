import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { requireKeyForHost } from '#access';
import type { ImportResult } from '#catalog';
import { loadConfig } from '#config';
import { type TrainingMetrics, trainingMetricsSchema } from '#datasets';
import { drawCatalogue } from '#drawn-catalogue';
import { openModel } from '#embedder';
import { type ModelVersion, WeftError } from '#foundation';
import { type EmbedResult, GenerationService, type PromotionRequest } from '#generations';
import { JOB_INPUTS, type TrainResult } from '#jobs';
import { ensureParts, ensureTrainingParts } from '#provision';
import { requireFreePort } from '../free-port.js';
import { print, printJson, say, table } from '../output.js';
import { ownKey } from '../own-key.js';
import { runJob } from '../run-job.js';
import { type Session, withSession } from '../session.js';
import { describeImport } from './import.js';
import { serve } from './serve.js';
import { describeTraining } from './train.js';

export const demoCommand = new Command('demo')
  .description('from a feed to an answering service in one go; without --feed, on a catalogue that Weft draws')
  .option('--feed <path>', 'your own feed instead of the drawn catalogue')
  .option('--json', 'print JSON on stdout, once the service answers')
  .action(async (options: { feed?: string; json?: true }) => {
    const tell = options.json ? say : print;
    const clock = new Stopwatch();
    clock.lap('build');
    const config = loadConfig();
    await requireFreePort(config.host, config.port);
    await ensureParts(config, ['postgres', 'redis'], say);
    await ensureTrainingParts(config, config.device, say);
    clock.lap('native parts');
    const { example, key, ...report } = await withSession((session) => prepare(session, options.feed, clock, tell));
    await serve(async (url) => {
      clock.lap('service');
      tell(clock.table());
      const calls = await askService(url, example, key);
      for (const { curl, answer } of calls) tell(`\n$ ${curl}\n${JSON.stringify(answer, null, 2)}`);
      if (options.json) printJson({ ...report, seconds: clock.seconds(), calls });
    });
  });

/** The drawn catalogue is the same everywhere; with this its hold-out, and so the demo's figures, are too. */
const DRAWN_SALT = 'the styles of the drawn catalogue that are held out';

/** Whoever runs the demonstration wants to see what it has just trained. */
const BY_THE_DEMO: PromotionRequest = {
  by: 'weft demo',
  override: 'The demonstration shows what it has just trained.',
};

/** Wall time by stage. */
class Stopwatch {
  private readonly laps: [string, number][] = [];
  /** The clock begins with the process, which builds before it comes here. */
  private last = 0;

  lap(stage: string): void {
    const now = performance.now();
    this.laps.push([stage, (now - this.last) / 1000]);
    this.last = now;
  }

  /** A stage that was timed elsewhere. */
  add(stage: string, seconds: number): void {
    this.laps.push([stage, seconds]);
  }

  /** Leaves the time since the last stage out of the next one. */
  skip(): void {
    this.last = performance.now();
  }

  /** By stage, and in total. */
  seconds(): Record<string, number> {
    return { ...Object.fromEntries(this.laps), total: this.laps.reduce((sum, [, seconds]) => sum + seconds, 0) };
  }

  table(): string {
    return table(
      ['stage', 'seconds'],
      Object.entries(this.seconds()).map(([stage, seconds]) => [stage, seconds.toFixed(1)]),
    );
  }
}

/** What the demo asks the service about: two products of the catalogue. */
interface Example {
  viewed: string;
  wishlisted: string;
}

/** From a feed to an active generation: what came of each stage, and products to ask about. */
async function prepare(
  session: Session,
  feed: string | undefined,
  clock: Stopwatch,
  tell: (text: string) => void,
): Promise<{
  example: Example;
  key: string | null;
  import: ImportResult;
  model: TrainResult & HoldOut;
  generation: EmbedResult;
}> {
  const { config, database } = session;
  await requireKeyForHost(config.host, database.keys);
  clock.lap('servers');
  const directory = join(config.feedDir, 'drawn');
  const path = feed === undefined ? join(directory, 'feed.csv') : resolve(feed);
  await refuseOtherCatalogue(session, path);
  if (feed === undefined) {
    const drawn = await drawCatalogue({ directory });
    await session.database.generations.fixSalt(DRAWN_SALT);
    say(`weft: drew ${drawn.images} pictures of ${drawn.products} products in ${drawn.styles} styles`);
    clock.lap('drawing');
  }

  const imported = (await runJob(session, 'import', { feed: path })).result as ImportResult;
  clock.add('import (rows, photos decoded, database)', imported.seconds.total - imported.seconds.features);
  clock.add('features', imported.seconds.features);
  clock.skip();
  tell(`\n${describeImport(imported)}`);

  const trained = (await runJob(session, 'train', JOB_INPUTS.train.parse({ device: config.device })))
    .result as TrainResult;
  clock.lap('training');
  const holdOut = await holdOutOf(session, trained.version);
  tell(`\n${describeTraining(trained)}\n${describeHoldOut(holdOut)}`);

  const embedded = (await runJob(session, 'embed', { modelVersion: trained.version })).result as EmbedResult;
  clock.lap('embedding');
  if (embedded.state === 'ready')
    await new GenerationService(session.database.generations).promote(embedded.generation, BY_THE_DEMO);
  clock.lap('activation');
  tell(`\nGeneration ${embedded.generation} is active: ${embedded.products} products, ${embedded.images} photos.\n`);
  return {
    example: await exampleOf(session),
    key: await ownKey(session, 'weft demo'),
    import: imported,
    model: { ...trained, ...holdOut },
    generation: { ...embedded, state: 'active' },
  };
}

/** A full feed replaces the catalogue: the demo must not do that to a shop's own. */
async function refuseOtherCatalogue({ database, config }: Session, feed: string): Promise<void> {
  const last = await database.jobs.latestSucceeded('import');
  if (last === null || last.input.feed === feed) return;
  throw new WeftError('home-in-use', `${config.home} already holds the catalogue of ${last.input.feed}.`, {
    value: feed,
    remedy: `Run the demo with a home of its own: WEFT_HOME=${config.home}-demo npm run demo`,
  });
}

/** Figures of the new model beside what it must beat, on styles held out of training. */
type HoldOut = Pick<TrainingMetrics, 'holdout' | 'counts'>;

async function holdOutOf({ artifacts }: Session, version: ModelVersion): Promise<HoldOut> {
  const bundle = await openModel(artifacts, { version });
  await bundle.close();
  const { holdout, counts } = trainingMetricsSchema.parse(bundle.manifest.metrics);
  return { holdout, counts };
}

function describeHoldOut({ holdout, counts }: HoldOut): string {
  if (holdout === null) return 'No style was held out: there is nothing to compare on.';
  const rate = (task: { hitRateAt1: number } | null) => task?.hitRateAt1.toFixed(3) ?? '-';
  const rows = (['histogram', 'backbone', 'untrained', 'trained'] as const).map((name) => {
    const { sameProduct, sameStyle, sameStyleOtherColour } = holdout[name];
    return [name, rate(sameProduct), rate(sameStyle), rate(sameStyleOtherColour)];
  });
  return (
    `hitRateAt1 on ${counts.holdout.photos} photos of ${counts.holdout.styles} styles held out of training:\n` +
    table(['', 'same product', 'same style', 'same style, other colour'], rows)
  );
}

async function exampleOf({ database }: Session): Promise<Example> {
  const photos = await database.generations.photosOfCatalogue();
  const [viewed] = photos;
  const wishlisted = photos.find(({ styleId, gender }) => styleId !== viewed?.styleId && gender === viewed?.gender);
  if (viewed === undefined) throw new WeftError('catalogue-empty', 'The catalogue has no product with a photo.');
  return { viewed: viewed.productId, wishlisted: (wishlisted ?? viewed).productId };
}

interface Call {
  /** The command that anyone can type. */
  curl: string;
  answer: unknown;
}

/** Asks the running service both of its questions. */
async function askService(url: string, { viewed, wishlisted }: Example, key: string | null): Promise<Call[]> {
  const similar = `${url}/v1/products/${encodeURIComponent(viewed)}/similar?count=2`;
  const recommendations = `${url}/v1/recommendations`;
  const body = JSON.stringify({
    count: 2,
    signals: [
      { productId: viewed, type: 'view' },
      { productId: wishlisted, type: 'wishlist' },
    ],
  });
  const withKey = key === null ? '' : ' -H "authorization: Bearer $WEFT_KEY"';
  const json = `-H 'content-type: application/json' -d '${body.replaceAll("'", "'\\''")}'`;
  return [
    { curl: `curl '${similar}'${withKey}`, answer: await ask(similar, key) },
    { curl: `curl '${recommendations}'${withKey} ${json}`, answer: await ask(recommendations, key, body) },
  ];
}

async function ask(url: string, key: string | null, body?: string): Promise<unknown> {
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(url, body === undefined ? { headers } : { method: 'POST', headers, body });
  const text = await response.text();
  if (!response.ok) throw new WeftError('demo-call-failed', `${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
