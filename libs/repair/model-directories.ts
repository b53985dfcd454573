import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '#foundation';
import type { GenerationStore, RegisteredManifest } from '#generations';
import type { JobStore } from '#jobs';
import type { Findings, StillOpen } from './findings.js';

/** What a training makes, and what it is called until it is whole. */
const BUNDLE = /^\d{8}-\d{6}-[0-9a-f]{8}(\.\w+)*$/;

/**
 * Directories of models that no row knows. A whole one is recorded: its training died between the two. Anything else is what is
 * left of a copy that did not end, and is removed.
 *
 * @param models directory of the bundles
 * @param manifestOf a bundle's manifest; null: it is not whole
 */
export async function repairModels(
  models: string,
  manifestOf: (directory: string) => Promise<RegisteredManifest | null>,
  store: Pick<GenerationStore, 'models' | 'registerModel'>,
  jobs: Pick<JobStore, 'unfinished'>,
  findings: Findings,
): Promise<void> {
  // In this order: a training that begins later cannot have made what was there before, and one that ends meanwhile has
  // recorded its model before it ends.
  const names = (await namesIn(models)).filter((name) => BUNDLE.test(name));
  const isTraining = (await jobs.unfinished()).some(({ kind }) => kind === 'train');
  const known = new Set((await store.models()).map(({ directory }) => basename(directory)));
  if (isTraining) return;
  const unfinished: string[] = [];
  const unrecorded: string[] = [];
  const stuck: StillOpen[] = [];
  for (const name of names.filter((found) => !known.has(found))) {
    const directory = join(models, name);
    const manifest = await manifestOf(directory);
    if (manifest !== null && manifest.version === name) {
      await store.registerModel(manifest, directory);
      unrecorded.push(name);
    } else {
      unfinished.push(directory);
      await rm(directory, { recursive: true, force: true }).catch((error: unknown) => {
        stuck.push({ what: directory, why: messageOf(error) });
      });
    }
  }
  findings.addEach('unrecorded-models', unrecorded);
  findings.addEach('unfinished-models', unfinished, stuck);
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
