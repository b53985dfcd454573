import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Postgres refuses to run as root, so under root another account must be able to walk to Weft's directories.
 * True when every existing directory on the way grants "others" the right to pass.
 */
function isReachableByOthers(path: string): boolean {
  for (let directory = path; ; directory = dirname(directory)) {
    if (existsSync(directory) && (statSync(directory).mode & 0o001) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}

/**
 * Where Weft keeps its state and its downloads by default: the XDG directories of the user; for root, whose home is
 * usually closed to the account that Postgres runs as, /var/lib/weft and /var/cache/weft.
 */
export function defaultDirectories(
  env: NodeJS.ProcessEnv,
  userId: number | undefined,
): { home: string; cache: string } {
  const user = env['HOME'] ?? '/';
  const home = join(env['XDG_DATA_HOME'] ?? join(user, '.local', 'share'), 'weft');
  const cache = join(env['XDG_CACHE_HOME'] ?? join(user, '.cache'), 'weft');
  if (userId !== 0 || (isReachableByOthers(home) && isReachableByOthers(cache))) return { home, cache };
  return { home: '/var/lib/weft', cache: '/var/cache/weft' };
}
