import { type GenerationId, type ImageId, isLasting, messageOf, type ProgressListener, WeftError } from '#foundation';
import {
  type Generation,
  GenerationService,
  type GenerationStore,
  type ModelRecord,
  type OpenEmbedder,
  type RegisteredManifest,
} from '#generations';
import type { JobStore } from '#jobs';
import type { LookAtFiles } from './changed-file.js';
import { repairChangedPhotos } from './changed-photos.js';
import { type ComparedGeneration, compareVectors, type ReadPhotoVectors } from './compare-vectors.js';
import { Findings, type StillOpen } from './findings.js';
import { repairModels } from './model-directories.js';
import type { FeatureSources, RepairFeatures } from './repair-features.js';
import { type Found, type RepairStore, VECTOR_DIFFERENCES, type VectorDifferences } from './repair-store.js';
import type { RefreshReport } from './report.js';

/** What a nightly run works with. */
export interface RepairParts {
  store: RepairStore;
  generations: GenerationStore;
  jobs: Pick<JobStore, 'unfinished'>;
  features: FeatureSources;
  lookAtFiles: LookAtFiles;
  /** Opens a model; what it lacks of features it computes. */
  open: OpenEmbedder;
  readVectors: ReadPhotoVectors;
  /** Directory of the models' bundles. */
  models: string;
  /** The manifest of the bundle in a directory; null: it is not whole. */
  manifestOf: (directory: string) => Promise<RegisteredManifest | null>;
}

/** A model that could be opened, or why not. */
type Opened = { embedder: Awaited<ReturnType<OpenEmbedder>> } | { why: string };

/** An extractor with the generations whose models were trained on what it gives. */
interface Extracted {
  features: RepairFeatures;
  generations: Generation[];
}

/**
 * The nightly run: holds the catalogue, the feature cache, the models and every kept generation against each other, closes
 * each difference, and tells what it found. Each step leaves things whole, so that one that is killed anywhere is gone on with
 * by the next, and ends in the same state. Runs beside imports, trainings, embeddings and searches.
 */
export class RepairService {
  private readonly findings = new Findings();
  private readonly seconds: Record<string, number> = {};

  constructor(
    private readonly parts: RepairParts,
    private readonly report: ProgressListener,
    private readonly signal: AbortSignal,
  ) {}

  /** Once for each object. */
  async run(): Promise<RefreshReport> {
    const { store, generations, jobs, models, manifestOf } = this.parts;
    await this.stage('tables', 'looking for tables that nobody knows', () => this.repairTables());
    await this.stage('models', 'looking at models', () =>
      repairModels(models, manifestOf, generations, jobs, this.findings),
    );
    await this.stage('files', 'looking at the files of photos', () =>
      repairChangedPhotos(store, this.parts.lookAtFiles, this.findings, this.signal),
    );
    const kept = (await generations.list()).filter(({ state }) => state !== 'building' && state !== 'failed');
    await this.withModels(kept, async (opened) => {
      // Before anything is closed: a vector that is replaced is told as what it was.
      const found = await this.stage('vectors', 'comparing vectors', () => this.compareVectors(kept));
      const { failed, hasForeign } = await this.stage('features', 'reading features', () =>
        this.repairFeatures(kept, opened),
      );
      if (found.size === 0 && !hasForeign) return;
      await this.stage('embedding', 'bringing generations in step', () =>
        this.bringInStep(kept, opened, found, failed),
      );
    });
    await this.stage('indexes', 'looking at indexes', () => this.repairIndexes());
    await this.stage('upkeep', 'looking after tables', () => this.lookAfterTables());
    const size = await store.catalogueSize();
    this.report({ stage: 'done', fraction: 1, message: 'everything compared' });
    return {
      format: 'weft-refresh-1',
      examined: { ...size, generations: kept.map(({ id }) => id) },
      differences: this.findings.list(),
      seconds: this.seconds,
    };
  }

  private async repairTables(): Promise<void> {
    const { store } = this.parts;
    const abandoned = await store.clearAbandonedBuilds();
    this.findings.addEach('abandoned-builds', abandoned.map(String));
    const unknown = await store.unknownTables();
    const busy: StillOpen[] = [];
    for (const table of unknown) {
      if (!(await store.dropUnknownTable(table))) busy.push({ what: table, why: 'Searches kept it busy.' });
    }
    this.findings.addEach('unknown-tables', unknown, busy);
    const amiss = await store.amissTables();
    for (const table of amiss) await store.attachTable(table);
    this.findings.addEach(
      'missing-tables',
      amiss.map(({ table }) => table),
    );
  }

  /** Opens every kept generation's model; one that cannot be opened is told and holds up no other. */
  private async withModels(kept: Generation[], work: (opened: Map<string, Opened>) => Promise<void>): Promise<void> {
    const opened = new Map<string, Opened>();
    try {
      for (const version of new Set(kept.map(({ modelVersion }) => modelVersion))) {
        const model = await this.parts.generations.model(version);
        opened.set(version, model === null ? { why: 'It is not recorded.' } : await this.opened(model));
      }
      const damaged = [...opened].flatMap(([what, model]) => ('why' in model ? [{ what, why: model.why }] : []));
      this.findings.addEach(
        'damaged-models',
        damaged.map(({ what }) => what),
        damaged,
      );
      await work(opened);
    } finally {
      for (const model of opened.values()) if ('embedder' in model) await model.embedder.close();
    }
  }

  private async opened(model: ModelRecord): Promise<Opened> {
    try {
      return { embedder: await this.parts.open(model) };
    } catch (error) {
      // What a person must mend is told; what passes by itself has the whole run done again.
      if (!isLasting(error)) throw error;
      return { why: messageOf(error) };
    }
  }

  /** What each generation differs in from the catalogue, where it does. Vectors that no search can use are removed. */
  private async compareVectors(kept: Generation[]): Promise<Map<GenerationId, VectorDifferences>> {
    const { store } = this.parts;
    const found = new Map<GenerationId, VectorDifferences>();
    for (const { id } of kept) {
      const differences = await store.compare(id);
      if (differences === null || VECTOR_DIFFERENCES.every((kind) => differences[kind].count === 0)) continue;
      found.set(id, differences);
      if (differences['faulty-vectors'].count > 0) await store.removeFaulty(id);
    }
    return found;
  }

  /** @returns photos whose features could not be computed, and why; whether there were vectors of another content */
  private async repairFeatures(
    kept: Generation[],
    opened: Map<string, Opened>,
  ): Promise<{ failed: Map<ImageId, string>; hasForeign: boolean }> {
    const photos = await this.parts.generations.photosOfCatalogue();
    const imageIds = [...new Set(photos.map(({ imageId }) => imageId))];
    const failed = new Map<ImageId, string>();
    let hasForeign = false;
    for (const { features, generations } of await this.extractors(kept, opened)) {
      const compared = generations.flatMap(({ id, modelVersion }): ComparedGeneration[] => {
        const model = opened.get(modelVersion);
        return model !== undefined && 'embedder' in model
          ? [{ id, embed: (values) => model.embedder.embed(values) }]
          : [];
      });
      const foreign = new Map<GenerationId, ImageId[]>();
      const compare = async (ids: readonly ImageId[]) => {
        const { store, readVectors } = this.parts;
        const found = await compareVectors(features, ids, compared, store, readVectors, (done) => {
          this.signal.throwIfAborted();
          this.report({
            stage: 'features',
            fraction: 0.2 + (0.5 * done) / ids.length,
            message: `features of ${done} photos read`,
          });
        });
        for (const [id, differing] of found.foreign) foreign.set(id, [...(foreign.get(id) ?? []), ...differing]);
        return found.missing;
      };
      const missing = await compare(imageIds);
      this.findings.addEach('damaged-features', await features.cache.mend());
      const lacking = missing.filter((id) => !features.cache.has(id));
      const uncomputed = await this.compute(features, lacking);
      for (const [id, why] of uncomputed) failed.set(id, why);
      const open = [...uncomputed].map(([what, why]) => ({ what, why }));
      this.findings.addEach('photos-without-features', lacking, open);
      await compare(missing.filter((id) => !uncomputed.has(id)));
      for (const [id, differing] of foreign) this.findings.addEach('foreign-vectors', differing, [], id);
      hasForeign ||= foreign.size > 0;
    }
    return { failed, hasForeign };
  }

  private async compute(features: RepairFeatures, imageIds: ImageId[]): Promise<Map<ImageId, string>> {
    return imageIds.length === 0 ? new Map<ImageId, string>() : features.compute(imageIds, this.report, this.signal);
  }

  /** Weft's own, which imports compute, and those of the models that are kept. */
  private async extractors(kept: Generation[], opened: Map<string, Opened>): Promise<Extracted[]> {
    const own = await this.parts.features.ofWeft();
    const all = new Map<string, Extracted>([[own.extractorId, { features: own, generations: [] }]]);
    for (const generation of kept) {
      const model = await this.parts.generations.model(generation.modelVersion);
      if (model === null || !('embedder' in (opened.get(model.version) ?? {}))) continue;
      const known = all.get(model.extractorId) ?? {
        features: await this.parts.features.ofModel(model),
        generations: [],
      };
      known.generations.push(generation);
      all.set(model.extractorId, known);
    }
    return [...all.values()];
  }

  private async bringInStep(
    kept: Generation[],
    opened: Map<string, Opened>,
    found: ReadonlyMap<GenerationId, VectorDifferences>,
    failed: ReadonlyMap<ImageId, string>,
  ): Promise<void> {
    const { store, generations } = this.parts;
    const service = new GenerationService(generations);
    const refreshed = await service.refresh(this.parts.open, (progress) =>
      this.report({ ...progress, stage: 'embedding', fraction: 0.7 + 0.1 * progress.fraction }),
    );
    for (const { id, modelVersion } of kept) {
      const before = found.get(id);
      const after = before && (await store.compare(id));
      if (!before || !after) continue;
      const model = opened.get(modelVersion);
      const failure = refreshed.find((one) => one.id === id)?.failure?.message;
      const why = failure ?? (model && 'why' in model ? model.why : undefined);
      for (const kind of VECTOR_DIFFERENCES) {
        const open = { count: after[kind].count, reasons: reasonsOf(after[kind], failed, why) };
        this.findings.add(kind, before[kind], open, id);
      }
    }
  }

  private async repairIndexes(): Promise<void> {
    const { store } = this.parts;
    const broken = await store.brokenIndexes();
    const open: StillOpen[] = [];
    for (const index of broken) {
      this.signal.throwIfAborted();
      const what = `${index.name} of ${index.table}`;
      await store.mendIndex(index, this.signal).catch((error: unknown) => {
        this.signal.throwIfAborted();
        if (!(error instanceof WeftError)) throw error;
        open.push({ what, why: messageOf(error) });
      });
    }
    this.findings.addEach(
      'broken-indexes',
      broken.map(({ name, table }) => `${name} of ${table}`),
      open,
    );
  }

  private async lookAfterTables(): Promise<void> {
    const { store } = this.parts;
    const worn = await store.tablesWithDeadRows();
    for (const table of worn) {
      this.signal.throwIfAborted();
      await store.cleanTable(table, this.signal);
    }
    this.findings.addEach(
      'dead-rows',
      worn.map(({ table, dead }) => `${table}: ${dead} dead rows`),
    );
    const old = await store.tablesWithOldStatistics();
    for (const table of old) await store.analyzeTable(table);
    this.findings.addEach('old-statistics', old);
  }

  private async stage<T>(name: string, message: string, work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    this.report({ stage: name, fraction: STAGES[name] ?? 0, message });
    const start = performance.now();
    const result = await work();
    this.seconds[name] = (performance.now() - start) / 1000;
    return result;
  }
}

/** Where in the run each stage begins. */
const STAGES: Record<string, number> = {
  ...{ tables: 0, models: 0.02, files: 0.05, vectors: 0.1, features: 0.2, embedding: 0.7, indexes: 0.8, upkeep: 0.9 },
};

/** Why differences are open still: photos without features are known by name, the rest fails with its generation. */
function reasonsOf({ examples }: Found, failed: ReadonlyMap<ImageId, string>, why: string | undefined): StillOpen[] {
  return examples.map((what) => ({
    what,
    why: failed.get(what as ImageId) ?? why ?? 'Its main photo has no features: see photos without features.',
  }));
}
