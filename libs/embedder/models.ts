import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import type { ModelVersion } from '#foundation';
import { MANIFEST_FILE } from './manifest.js';
import { ModelBundle } from './model-bundle.js';

const VERSION = /^\d{8}-\d{6}-[0-9a-f]{8}$/;

/** The directory of a model on this machine, brought if need be. @throws ArtifactDamaged */
export async function modelDirectory(artifacts: Artifacts, model: { version: ModelVersion }): Promise<string> {
  const path = artifacts.modelPath(model);
  await artifacts.bringDirectory(path, MANIFEST_FILE, async (brought) => {
    const { manifest } = await opened(brought);
    if (manifest.version !== model.version) throw new Error(`it holds the model ${manifest.version}`);
  });
  return path;
}

/** Opens a model, brought if need be. @throws ArtifactDamaged, BundleDamaged */
export async function openModel(artifacts: Artifacts, model: { version: ModelVersion }): Promise<ModelBundle> {
  return ModelBundle.open(await modelDirectory(artifacts, model));
}

/** Versions of the models in a home and in its store, oldest first. */
export async function listModels(artifacts: Artifacts): Promise<ModelVersion[]> {
  const directory = join(artifacts.home, 'models');
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const here = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const names = new Set([...here, ...(await artifacts.namesIn(directory, MANIFEST_FILE))]);
  return [...names].filter((name) => VERSION.test(name)).sort() as ModelVersion[];
}

async function opened(directory: string): Promise<ModelBundle> {
  const bundle = await ModelBundle.open(directory);
  await bundle.close();
  return bundle;
}
