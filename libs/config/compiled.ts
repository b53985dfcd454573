import { existsSync } from 'node:fs';
import { dirname, join, relative as relativePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The checkout that a module (or its compiled copy under dist/) belongs to: the nearest directory with a package.json. */
export function repositoryRoot(moduleUrl: string): string {
  let directory = dirname(fileURLToPath(moduleUrl));
  while (!existsSync(join(directory, 'package.json'))) {
    if (directory === dirname(directory)) throw new Error(`${moduleUrl} lies in no Weft checkout.`);
    directory = dirname(directory);
  }
  return directory;
}

/**
 * The compiled file beside `moduleUrl`, for worker threads and child processes, which run JavaScript only.
 * Tests import TypeScript sources; their threads run the same file from dist/, which the test command builds first.
 *
 * @param moduleUrl `import.meta.url` of the caller
 * @param relative for example `./feature-thread.js`
 */
export function compiledFile(moduleUrl: string, relative: string): URL {
  const wanted = new URL(relative, moduleUrl);
  if (!moduleUrl.endsWith('.ts')) return wanted;
  const root = repositoryRoot(moduleUrl);
  return pathToFileURL(join(root, 'dist', relativePath(root, fileURLToPath(wanted))));
}
