import type { ArtifactPlace, WeftConfig } from '#config';
import type { ArtifactStore } from './artifact-store.js';
import { Artifacts } from './artifacts.js';
import { DirectoryStore } from './directory-store.js';

/** The artifacts of a home, shared where the settings say so. Asks nothing of the store. */
export async function openArtifacts({ home, artifacts }: Pick<WeftConfig, 'home' | 'artifacts'>): Promise<Artifacts> {
  return new Artifacts(home, artifacts && (await openStore(artifacts)));
}

async function openStore(place: ArtifactPlace): Promise<ArtifactStore> {
  if ('directory' in place) return new DirectoryStore(place.directory);
  // The client takes time and memory: who shares nothing does not load it.
  const { S3Store } = await import('./s3-store.js');
  return new S3Store(place);
}
