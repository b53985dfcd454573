import { access } from 'node:fs/promises';

/** Whether there is a file or a directory, as far as this process may see. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
