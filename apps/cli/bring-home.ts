import { join } from 'node:path';
import { ArtifactDamaged, type Artifacts } from '#artifacts';
import { Backbones } from '#backbones';
import { modelDirectory } from '#embedder';
import { messageOf, type ModelVersion } from '#foundation';

/**
 * Brings to a home what only its store has: these models, and all backbones, photos and, if wanted, features.
 *
 * @returns a sentence for each thing that is damaged in the store, but models: whoever opens one is told then
 */
export async function bringHome(
  artifacts: Artifacts,
  models: { version: string }[],
  { features }: { features: boolean },
): Promise<string[]> {
  if (artifacts.storeName === null) return [];
  for (const { version } of models) {
    await unlessDamaged(modelDirectory(artifacts, { version: version as ModelVersion }));
  }
  const backbones = new Backbones(artifacts);
  const damaged: ArtifactDamaged[] = [];
  for (const id of await backbones.ids()) damaged.push(...(await unlessDamaged(backbones.bring(id))));
  for (const directory of features ? ['photos', 'features'] : ['photos'])
    damaged.push(...(await artifacts.bringAll(join(artifacts.home, directory))));
  return damaged.map(messageOf);
}

/** @returns what is damaged, if it is */
async function unlessDamaged(bringing: Promise<unknown>): Promise<ArtifactDamaged[]> {
  try {
    await bringing;
    return [];
  } catch (error) {
    if (error instanceof ArtifactDamaged) return [error];
    throw error;
  }
}
