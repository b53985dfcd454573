import { stat } from 'node:fs/promises';
import { isInsideRoot } from './inside-root.js';

/** What the file system says of an image file. */
export interface SourceState {
  isAllowed: boolean;
  /** `${size}:${mtimeMs}`; empty when there is no such file. */
  fingerprint: string;
}

/** Looks at an image file without reading it. Of a file outside `root` nothing is told. */
export async function inspectSource(source: string, root: string | null): Promise<SourceState> {
  if (root !== null && !(await isInsideRoot(source, root))) return { isAllowed: false, fingerprint: '' };
  const found = await stat(source).catch(() => null);
  return { isAllowed: true, fingerprint: found === null ? '' : `${found.size}:${found.mtimeMs}` };
}
