/**
 * Measures embedding in one run: photos a second from files, beside decoding alone and the backbone alone, in turns; vectors a second from
 * cached features into Postgres; and how long shoppers wait meanwhile, against a quiet service. Prints which bars are met.
 *
 *   npm run bench:embedding -- --drawn 300 --photos 100000 --rounds 3
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FilePhotoReader } from '#catalog';
import { loadConfig } from '#config';
import { drawCatalogue } from '#drawn-catalogue';
import { extractorIdOf, FeatureCache, FeatureExtractor } from '#embedder';
import { DEFAULT_LAYOUT, type JobId, Random } from '#foundation';
import { decodeCanonical } from '#imaging';
import { migrate, openDatabase } from '#persistence';
import { ensureParts, featureGraphPath, openServers, whenServersEnd } from '#provision';
import { meanwhile, milliseconds, Programs } from './programs.js';
import { quantile } from './quantile.js';
import { SyntheticCatalogue } from './scale/synthetic-catalogue.js';

const PORT = 4199;
const REQUESTS = 300;
const PHOTOS_AT_ONCE = 64;
const BARS = { ofParts: 0.9, vectorsPerSecond: 30_000, slower: 2 };

const whole = z.coerce.number().int().positive();
const options = z.strictObject({ drawn: whole, photos: whole, rounds: whole }).parse(
  parseArgs({
    options: {
      drawn: { type: 'string', default: '300' },
      photos: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '3' },
    },
  }).values,
);

/** What `weft embed` says. */
const embedded = z.looseObject({
  generation: z.number(),
  images: z.number(),
  seconds: z.object({ vectors: z.number(), index: z.number(), check: z.number() }),
});

const home = mkdtempSync(join(tmpdir(), 'weft-embedding-'));
// Under root the embedded servers run as another account.
chmodSync(home, 0o711);
const config = { ...loadConfig(), home, databaseUrl: null, redisUrl: null };
const programs = new Programs(home, PORT);
const threads = availableParallelism();
try {
  await ensureParts(config, ['tensorflow', 'backbone'], say);
  await fromFiles();
  const servers = await openServers(config, say);
  try {
    await fromFeatures(servers.database);
  } finally {
    programs.end();
    await servers.release();
    await whenServersEnd(config);
  }
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
}
// Decoders wait for more.
process.exit(0);

async function fromFiles(): Promise<void> {
  const directory = join(home, 'drawn');
  await drawCatalogue({ directory, products: options.drawn });
  const files = readdirSync(join(directory, 'images'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const graphPath = featureGraphPath(config);
  const extractor = await FeatureExtractor.start({ graphPath, threads });
  const decoded = async (some: string[]): Promise<Uint8Array[]> => {
    const [pixels, waiting]: [Uint8Array[], IterableIterator<string>] = [[], some.values()];
    const decode = async () => {
      for (const file of waiting) pixels.push((await decodeCanonical(await readFile(file))).pixels);
    };
    await Promise.all(Array.from({ length: 2 * threads }, decode));
    return pixels;
  };
  const pixels = await decoded(files.slice(0, PHOTOS_AT_ONCE));
  const ways = {
    decoding: async () => {
      for (let at = 0; at < files.length; at += PHOTOS_AT_ONCE) await decoded(files.slice(at, at + PHOTOS_AT_ONCE));
    },
    backbone: async () => {
      for (let at = 0; at < files.length; at += PHOTOS_AT_ONCE)
        await extractor.extract(pixels.slice(0, Math.min(PHOTOS_AT_ONCE, files.length - at)));
    },
    both: async () => {
      // Of its own, so that nothing is known.
      const cacheDirectory = mkdtempSync(join(home, 'cache-'));
      const space = { extractorId: extractor.extractorId, layout: DEFAULT_LAYOUT };
      const cache = new FeatureCache(cacheDirectory, space);
      await cache.open();
      await new FilePhotoReader(extractor, cache, 2 * threads).read(files, null);
      rmSync(cacheDirectory, { recursive: true });
    },
  };
  const seconds = { decoding: [] as number[], backbone: [] as number[], both: [] as number[] };
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const name of ['decoding', 'backbone', 'both'] as const) {
      const taken = await secondsOf(ways[name]);
      // The first round starts threads and decoders.
      if (round > 0) seconds[name].push(taken);
    }
  }
  await extractor.close();
  const [decoding, backbone, both] = [seconds.decoding, seconds.backbone, seconds.both].map(
    (all) => files.length / quantile(all, 0.5),
  ) as [number, number, number];
  const possible = 1 / (1 / decoding + 1 / backbone);
  line(`${files.length} photos, decoding alone`, `${decoding.toFixed(1)} photos/s`);
  line('backbone alone', `${backbone.toFixed(1)} photos/s`);
  line('one after the other, at best', `${possible.toFixed(1)} photos/s`);
  line('from files into the cache', `${both.toFixed(1)} photos/s`);
  bar(`at least ${BARS.ofParts} of the best`, both / possible, both / possible >= BARS.ofParts);
}

async function fromFeatures(connection: Parameters<typeof openDatabase>[0]): Promise<void> {
  await migrate(connection);
  const database = await openDatabase(connection);
  const extractorId = extractorIdOf(readFileSync(featureGraphPath(config)));
  const cache = new FeatureCache(join(home, 'features'), { extractorId, layout: DEFAULT_LAYOUT });
  await cache.open();
  // What the model has learned is no matter here: it is trained on a few, which takes seconds.
  await new SyntheticCatalogue(300).fill(database, cache, randomUUID() as JobId);
  await programs.weft('train', '--steps', '20');
  await new SyntheticCatalogue(options.photos).fill(database, cache, randomUUID() as JobId);
  const embed = async () => {
    const { seconds, images, generation } = embedded.parse(await programs.weft('embed'));
    return { seconds, images, generation, perSecond: images / seconds.vectors };
  };
  const rates: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const { seconds, images, perSecond } = await embed();
    rates.push(perSecond);
    const { vectors, index, check } = seconds;
    line(
      `${images} photos embedded`,
      `vectors ${vectors.toFixed(2)} s, index ${index.toFixed(1)} s, check ${check.toFixed(2)} s`,
    );
  }
  const rate = quantile(rates, 0.5);
  line('from features into Postgres', `${rate.toFixed(0)} vectors/s`);
  bar(`at least ${BARS.vectorsPerSecond} vectors/s`, rate, rate >= BARS.vectorsPerSecond);

  const end = await programs.serve();
  const random = new Random(1);
  const ask = () => programs.ask(`/v1/products/product-${random.int(Math.round(options.photos / 1.5))}/similar`);
  const [quiet, busy] = [[] as number[], [] as number[]];
  await ask();
  for (let i = 0; i < REQUESTS; i += 1) quiet.push(await milliseconds(ask));
  // A generation of the active model takes over by itself: each is a promotion, too.
  const embedding = async () => {
    for (let round = 0; round < options.rounds; round += 1) await embed();
  };
  await meanwhile(embedding, async () => busy.push(await milliseconds(ask)));
  await end();
  await database.close();
  const slower = quantile(busy, 0.95) / quantile(quiet, 0.95);
  line('recommendations, quiet', `${quiet.length}, p95 ${quantile(quiet, 0.95).toFixed(1)} ms`);
  line('while embedding and promoting', `${busy.length}, p95 ${quantile(busy, 0.95).toFixed(1)} ms, none failed`);
  bar(`p95 at most ${BARS.slower} times the quiet one`, slower, slower <= BARS.slower);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function bar(what: string, measured: number, isMet: boolean): void {
  line(`${isMet ? 'met' : 'MISSED'}: ${what}`, measured >= 100 ? measured.toFixed(0) : measured.toFixed(2));
}

function line(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(44)} ${value}\n`);
}

function say(words: string): void {
  process.stderr.write(`${words}\n`);
}
