import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectSource } from '#catalog';
import { FeatureCache, type PhotoFeatures } from '#embedder';
import { type ImageId, type ModelVersion, Random, sha256 } from '#foundation';
import { GenerationService, type ModelRecord, type OpenEmbedder, type RegisteredManifest } from '#generations';
import type { Database } from '#persistence';
import {
  type ChangedFile,
  type KnownFile,
  type RefreshReport,
  type RepairFeatures,
  type RepairParts,
  RepairService,
} from '#repair';
import { randomEmbedding } from '../conformance/indexed-products.js';
import { batchOf, newImport, offerOf, photoId, productOf } from './catalogue.js';

const EXTRACTOR = '0123456789abcdef';
const LAYOUT = { shape: 2, colour: 2 };
const silent = () => undefined;

/**
 * A shop whose catalogue, feature cache, models and generations are real, and small: a photo is a file that holds its name,
 * features follow from the name, embeddings from features and model.
 */
export class RepairableShop {
  readonly features: string;
  readonly models: string;
  readonly files: string;
  private readonly service: GenerationService;

  constructor(
    readonly database: Database,
    /** Runs a statement on a connection of its own. */
    readonly sql: (text: string) => Promise<unknown[]>,
    readonly home: string,
  ) {
    this.features = join(home, 'features', EXTRACTOR);
    this.models = join(home, 'models');
    this.files = join(home, 'files');
    for (const directory of [this.models, this.files]) mkdirSync(directory, { recursive: true });
    this.service = new GenerationService(database.generations);
  }

  /** Imports products by name, each with its photos, the main one first; what it does not name is deactivated. */
  async importShop(shop: Record<string, string[]>): Promise<void> {
    const importId = newImport();
    const products = Object.entries(shop).map(([name, photos]) => productOf(name, name, photos));
    const offers = products.map(({ productId }) => offerOf(productId, productId));
    const batch = batchOf(products, offers);
    const names = new Map(Object.values(shop).flatMap((photos) => photos.map((name) => [photoId(name), name])));
    for (const [, name] of names) writeFileSync(this.fileOf(name), name);
    const images = batch.images.map((image) => ({ ...image, source: this.fileOf(names.get(image.imageId) ?? '') }));
    const sources = await Promise.all(
      images.map(async ({ imageId, source }) => {
        const { fingerprint } = await inspectSource(source, null);
        return { source, fingerprint, imageId, rejection: null };
      }),
    );
    await this.database.catalog.saveBatch(importId, { ...batch, images, sources });
    await this.database.catalog.finishImport(importId);
  }

  fileOf(photo: string): string {
    return join(this.files, photo);
  }

  /** Makes a model's bundle, as far as this shop has bundles: a manifest that ends with its version. */
  writeModel(version: string, manifest: string = this.manifestOf(version)): void {
    mkdirSync(join(this.models, version), { recursive: true });
    writeFileSync(join(this.models, version, 'manifest.json'), manifest);
  }

  async registerModel(version: string): Promise<void> {
    this.writeModel(version);
    await this.database.generations.registerModel(this.read(version) as RegisteredManifest, join(this.models, version));
  }

  async embed(version: string): Promise<void> {
    const cache = await this.openedCache();
    const photos = await this.database.generations.photosOfCatalogue();
    await this.featuresOf(cache).compute(
      photos.map(({ imageId }) => imageId),
      silent,
      new AbortController().signal,
    );
    const embedder = await this.opener(cache)({ version: version as ModelVersion, directory: '' } as ModelRecord);
    await this.service.embed({ by: 'a test', modelVersion: version as ModelVersion, ...embedder }, silent);
  }

  /** A nightly run. @param changes what a test puts in the place of its parts */
  async refresh(changes: Partial<RepairParts> = {}): Promise<RefreshReport> {
    const cache = await this.openedCache();
    const features = this.featuresOf(cache);
    const parts: RepairParts = {
      store: this.database.repair,
      generations: this.database.generations,
      jobs: this.database.jobs,
      features: { ofWeft: async () => features, ofModel: async () => features },
      lookAtFiles: (known) => this.lookAtFiles(known, features),
      open: this.opener(cache),
      readVectors: (generation, ids) => this.database.photoIndex.photoEmbeddings(generation, ids),
      models: this.models,
      manifestOf: async (directory) => this.read(directory.slice(this.models.length + 1)),
      ...changes,
    };
    return new RepairService(parts, silent, new AbortController().signal).run();
  }

  /** All that a repair answers for, to be compared before and after. */
  async state(): Promise<object> {
    const generations = await this.sql('SELECT id, state, products, images FROM generation ORDER BY id');
    const tables = await this.sql(`SELECT c.relname, EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid) AS attached
      FROM pg_class c WHERE relname ~ '_vector_g[0-9]+$' AND relkind = 'r' ORDER BY 1`);
    const indexes = await this.sql(`SELECT x.indrelid::regclass::text AS of, x.indisvalid AS valid,
        regexp_replace(pg_get_indexdef(x.indexrelid), ' INDEX .* ON ', ' ') AS index
      FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid WHERE relname ~ '_vector_g[0-9]+$' ORDER BY 1, 3`);
    const vectors: Record<string, unknown> = {};
    for (const { id } of generations as { id: number }[]) {
      for (const [table, key] of [
        ['product_vector', 'product_id'],
        ['image_vector', 'image_id'],
      ]) {
        vectors[`${table} ${id}`] = await this.sql(
          `SELECT ${key}, embedding::text FROM ${table} WHERE generation_id = ${id} ORDER BY 1`,
        );
      }
    }
    const cache = await this.openedCache();
    const photos = (await this.database.generations.photosOfCatalogue()).map(({ imageId }) => imageId);
    const { features, missing } = await cache.readMany([...new Set(photos)].sort());
    const models = readdirSync(this.models).sort();
    const recorded = (await this.database.generations.models()).map(({ version }) => version);
    return {
      generations,
      tables,
      indexes,
      vectors,
      features,
      missing,
      damaged: cache.counts().damaged,
      models,
      recorded,
    };
  }

  private manifestOf(version: string): string {
    const createdAt = '2026-11-01T00:00:00Z';
    return JSON.stringify({ version, createdAt, extractorId: EXTRACTOR, dial: 0.5, isWhole: true });
  }

  /** null: the bundle is not whole. */
  private read(version: string): RegisteredManifest | null {
    try {
      return JSON.parse(readFileSync(join(this.models, version, 'manifest.json'), 'utf8')) as RegisteredManifest;
    } catch {
      return null;
    }
  }

  private async openedCache(): Promise<FeatureCache> {
    const cache = new FeatureCache(join(this.home, 'features'), { extractorId: EXTRACTOR, layout: LAYOUT });
    await cache.open();
    return cache;
  }

  private featuresOf(cache: FeatureCache): RepairFeatures & { cache: FeatureCache } {
    return {
      extractorId: EXTRACTOR,
      cache,
      compute: async (imageIds) => {
        const left = new Map<ImageId, string>();
        const fresh = [];
        for (const { imageId, source } of await this.database.catalog.imageSources(imageIds)) {
          const why = this.whyNot(imageId, source);
          if (why !== null) left.set(imageId, why);
          else fresh.push(featuresOf(imageId));
        }
        await cache.append(fresh);
        return left;
      },
    };
  }

  private async lookAtFiles(known: KnownFile[], features: { cache: FeatureCache }): Promise<ChangedFile[]> {
    const changed: ChangedFile[] = [];
    for (const before of known) {
      const { fingerprint } = await inspectSource(before.source, null);
      if (fingerprint === '' || fingerprint === before.fingerprint) continue;
      const bytes = readFileSync(before.source);
      const imageId = sha256(bytes) as ImageId;
      const look = { hash: Buffer.from(imageId, 'hex'), grid: Buffer.alloc(588), detail: 50 };
      const photo = { imageId, source: before.source, width: 400, height: 500, look };
      changed.push({ before, fingerprint, holds: bytes.length > 0 ? { photo } : { why: 'The file is empty.' } });
    }
    await features.cache.append(
      changed.flatMap(({ holds }) => ('photo' in holds ? [featuresOf(holds.photo.imageId)] : [])),
    );
    return changed;
  }

  private whyNot(imageId: ImageId, file: string): string | null {
    try {
      return sha256(readFileSync(file)) === imageId ? null : 'The file holds another picture.';
    } catch {
      return 'The file does not exist.';
    }
  }

  /** Opens models over the cache; without one given, over the cache as it is on the disk then. */
  opener(given?: FeatureCache): OpenEmbedder {
    return async ({ version }) => ({
      features: async (imageIds) => {
        const cache = given ?? (await this.openedCache());
        await this.featuresOf(cache).compute(
          imageIds.filter((id) => !cache.has(id)),
          silent,
          new AbortController().signal,
        );
        return cache.readMany(imageIds);
      },
      embed: async (features) => embeddingsOf(version, features),
      close: async () => undefined,
    });
  }
}

/** Whole numbers, which 16 bits hold. */
function featuresOf(imageId: ImageId): PhotoFeatures {
  const features = Float32Array.from({ length: 4 }, (_, at) => parseInt(imageId.slice(2 * at, 2 * at + 2), 16));
  return { imageId, features, lab: [0, 0, 0] };
}

function embeddingsOf(version: string, features: Float32Array): Float32Array {
  const width = 4;
  const rows = Array.from({ length: features.length / width }, (_, row) => {
    const [a = 0, b = 0, c = 0] = features.subarray(row * width, (row + 1) * width);
    return randomEmbedding(new Random((a << 16) + (b << 8) + c + version.charCodeAt(version.length - 1)));
  });
  return Float32Array.from(rows.flatMap((row) => [...row]));
}
