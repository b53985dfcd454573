import { basename, join } from 'node:path';
import type { Artifacts } from '#artifacts';
import { deadSegments, MANIFEST_FILE } from '#embedder';
import { type Clock, type ImageId, type JobId, type ModelVersion } from '#foundation';
import { type Generation, type GenerationStore, superfluousGenerations } from '#generations';
import type { JobStore } from '#jobs';
import { leftoverAt, namesIn, pathsUnder, untouchedSince } from './home-leftovers.js';
import type { Leftover, Sweep } from './leftover.js';
import type { OldRows, RetentionStore } from './retention-store.js';
import { alsoInStore, directoriesOnlyInStore, firstPart, onlyInStore } from './stored-leftovers.js';

const DAY_MS = 86_400_000;

/** What gc works on, and how much it keeps. */
export interface RetentionInput {
  /** Of the home, and of the store where there is one. */
  artifacts: Artifacts;
  store: RetentionStore;
  generations: Pick<GenerationStore, 'list' | 'held' | 'drop' | 'models'>;
  jobs: Pick<JobStore, 'find'>;
  clock: Clock;
  /** Generations that were active before and are kept. */
  keepGenerations: number;
  /** Models without a generation that are kept, newest first. */
  keepModels: number;
  /** How long finished jobs and failed generations are remembered, in days. */
  keepDays: number;
  /** How long events of shoppers are kept, in days. */
  keepEventDays: number;
  /** What computes features here; null when it is not known, and features are left alone. */
  extractorIds: readonly string[] | null;
}

/**
 * All kinds of leftovers of a home and its database, in an order in which each frees what the next looks at.
 *
 * Files that were changed within a day are left: a command that is no job, such as `weft evaluate`, may be writing them.
 */
export function sweeps(input: RetentionInput): Sweep[] {
  const { artifacts, store, clock } = input;
  const { home } = artifacts;
  const yesterday = () => new Date(clock.now().getTime() - DAY_MS);
  const forgotten = () => new Date(clock.now().getTime() - input.keepDays * DAY_MS);
  const pastTime = () => new Date(clock.now().getTime() - input.keepEventDays * DAY_MS);
  const rowsOf = (name: string, find: () => Promise<OldRows>, remove: () => Promise<void>) =>
    async function* (): AsyncGenerator<Leftover> {
      const { rows, bytes } = await find();
      if (rows > 0) yield { name, count: rows, bytes, remove };
    };
  return [
    {
      kind: 'generations',
      jobs: ['embed'],
      find: () => oldGenerations(input, forgotten()),
    },
    { kind: 'models', jobs: ['train', 'embed'], find: () => oldModels(input, yesterday(), forgotten()) },
    { kind: 'training directories', jobs: ['train'], find: () => finishedTrainings(input) },
    {
      kind: 'finished jobs, with what they set aside',
      jobs: ['import'],
      find: rowsOf(
        'rows of job_run and quarantine',
        () => store.oldJobs(forgotten()),
        () => store.dropOldJobs(forgotten()),
      ),
    },
    {
      kind: 'events of shoppers past their time',
      jobs: [],
      find: rowsOf(
        'rows of shopper_event',
        () => store.oldEvents(pastTime()),
        () => store.dropOldEvents(pastTime()),
      ),
    },
    {
      kind: 'rows that nothing refers to',
      jobs: ['import', 'embed'],
      find: rowsOf(
        'rows of product, image and quarantine',
        () => store.orphans(),
        () => store.dropOrphans(),
      ),
    },
    { kind: 'photos', jobs: ['import'], find: () => unusedPhotos(input, yesterday()) },
    { kind: 'features', jobs: ['import', 'train', 'embed'], find: () => unusedFeatures(input, yesterday()) },
    {
      kind: 'temporary files',
      jobs: [],
      find: async function* () {
        for (const directory of ['models', 'photos', 'feeds', 'features', 'backbones']) {
          for await (const path of pathsUnder(join(home, directory), (name) => name.endsWith('.partial')))
            yield* untouchedSince(yesterday(), [path]);
        }
        for await (const { path, bytes, changedAt } of artifacts.unfinished()) {
          if (changedAt < yesterday()) yield { name: path, bytes, remove: () => artifacts.forget(path) };
        }
      },
    },
    {
      kind: 'fetched feeds',
      // An import reads and removes its own: with none about, what is here is a killed one's.
      jobs: ['import'],
      find: () => everythingIn(join(home, 'fetched')),
    },
    {
      kind: 'rotated logs',
      jobs: [],
      find: async function* () {
        for await (const path of pathsUnder(join(home, 'logs'), (name) => name.endsWith('.old'))) {
          const log = await leftoverAt(path);
          if (log !== null) yield log;
        }
      },
    },
  ];
}

async function* everythingIn(directory: string): AsyncGenerator<Leftover> {
  for (const name of await namesIn(directory)) {
    const leftover = await leftoverAt(join(directory, name));
    if (leftover !== null) yield leftover;
  }
}

/** Generations to remove; a failed one has no vectors, only its reason. */
async function oldOf(
  all: Generation[],
  { generations, keepGenerations }: Pick<RetentionInput, 'generations' | 'keepGenerations'>,
  forgotten: Date,
): Promise<Generation[]> {
  const failed = all.filter(({ state, createdAt }) => state === 'failed' && createdAt < forgotten);
  return [...superfluousGenerations(all, await generations.held(), keepGenerations), ...failed];
}

async function* oldGenerations(input: RetentionInput, forgotten: Date): AsyncGenerator<Leftover> {
  const { generations, store } = input;
  for (const { id, state } of await oldOf(await generations.list(), input, forgotten)) {
    const bytes = await store.bytesOfGeneration(id);
    yield { name: `generation ${id} (${state})`, bytes, remove: () => generations.drop(id) };
  }
}

/** Beyond the newest: those without a generation that stays. The newest of all is what `weft embed` takes. */
async function* oldModels(input: RetentionInput, yesterday: Date, forgotten: Date): AsyncGenerator<Leftover> {
  const { artifacts, generations, store, keepModels } = input;
  const directory = join(artifacts.home, 'models');
  const forget = (path: string) => artifacts.forgetDirectory(path, MANIFEST_FILE);
  const all = await generations.list();
  const going = new Set(await oldOf(all, input, forgotten));
  const used = new Set(all.filter((generation) => !going.has(generation)).map(({ modelVersion }) => modelVersion));
  const models = await generations.models();
  const unused = models.filter(({ version }, at) => at > 0 && !used.has(version));
  for (const model of unused.slice(keepModels)) {
    const { version } = model;
    const path = artifacts.modelPath(model);
    const bundle = await leftoverAt(path);
    yield {
      name: `model ${version}`,
      bytes: bundle?.bytes ?? 0,
      // The row first: a bundle without a row is found by the next run, a row without a bundle is a broken model.
      remove: async () => {
        if (!(await store.dropModel(version))) return false;
        await forget(path);
        await bundle?.remove();
      },
    };
  }
  const known = new Set(models.map(({ version }) => version));
  const isStranger = (name: string) => !name.endsWith('.partial') && !known.has(name as ModelVersion);
  const strangers = (await namesIn(directory)).filter(isStranger).map((name) => join(directory, name));
  yield* alsoInStore(untouchedSince(yesterday, strangers), forget);
  yield* directoriesOnlyInStore(artifacts, directory, MANIFEST_FILE, yesterday, isStranger);
}

async function* finishedTrainings({ artifacts: { home }, jobs }: RetentionInput): AsyncGenerator<Leftover> {
  for (const name of await namesIn(join(home, 'runs'))) {
    const run = await jobs.find(name as JobId);
    if (run?.state === 'running' || run?.state === 'queued') continue;
    const directory = await leftoverAt(join(home, 'runs', name));
    if (directory !== null) yield directory;
  }
}

async function* unusedPhotos({ artifacts, store }: RetentionInput, yesterday: Date): AsyncGenerator<Leftover> {
  const used = await store.imagesInUse();
  const directory = join(artifacts.home, 'photos');
  const isPhoto = (name: string) => /^[0-9a-f]{64}(\.\w+)?$/.test(name);
  const isUnused = (path: string) => isPhoto(basename(path)) && !used.has(basename(path).slice(0, 64) as ImageId);
  const forget = (path: string) => artifacts.forget(path);
  for await (const path of pathsUnder(directory, isPhoto)) {
    if (isUnused(path)) yield* alsoInStore(untouchedSince(yesterday, [path]), forget);
  }
  yield* onlyInStore(artifacts, directory, yesterday, isUnused);
}

async function* unusedFeatures(
  { artifacts, store, extractorIds }: RetentionInput,
  yesterday: Date,
): AsyncGenerator<Leftover> {
  if (extractorIds === null)
    throw new Error('The feature graph is not built, so it is not known which are of today: weft setup builds it.');
  const directory = join(artifacts.home, 'features');
  const isOther = (name: string) => !extractorIds.includes(name);
  const others = (await namesIn(directory)).filter(isOther).map((name) => join(directory, name));
  yield* alsoInStore(untouchedSince(yesterday, others), (path) => artifacts.forgetDirectory(path));
  yield* onlyInStore(artifacts, directory, yesterday, (path) => isOther(firstPart(directory, path)));
  const used = await store.imagesInUse();
  for (const extractorId of extractorIds) {
    const own = join(directory, extractorId);
    for await (const segment of deadSegments(own, extractorId, (id) => used.has(id), artifacts)) {
      const file = await leftoverAt(segment.path);
      if (file === null || file.changedAt >= yesterday) continue;
      yield { name: segment.path, count: segment.photos, bytes: segment.bytes, remove: () => segment.remove() };
    }
  }
}
