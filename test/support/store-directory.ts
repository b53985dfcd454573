import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a directory an artifact store, as a person does: docs/decisions/artifact-store.md. @returns its path */
export function makeStore(directory: string): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'weft-store'), '');
  return directory;
}
