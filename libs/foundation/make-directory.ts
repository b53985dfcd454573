import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and its missing ancestors with exactly these rights, whatever the umask. Leaves existing ones alone.
 *
 * @throws what the file system says, with the path where it happened
 */
export function makeDirectory(path: string, mode = 0o755): void {
  try {
    if (isDirectory(path)) return;
    if (dirname(path) !== path) makeDirectory(dirname(path));
    // Not with `recursive`: below /proc, Node would try for ever.
    mkdirSync(path);
    chmodSync(path, mode);
  } catch (error) {
    // Another process may have made it at this moment.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
