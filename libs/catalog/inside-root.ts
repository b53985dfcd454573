import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';

/** True when `path` is `root` or lies below it, by name only. Both absolute. */
function liesInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * True when the file lies below `root` by name and, if it exists, after following links, too.
 *
 * @throws when `root` itself does not exist
 */
export async function isInsideRoot(path: string, root: string): Promise<boolean> {
  if (!liesInside(path, root)) return false;
  const real = await realpath(path).catch(() => null);
  return real === null || liesInside(real, await realpath(root));
}
