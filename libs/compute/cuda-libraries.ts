import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Whether the TensorFlow that a process has loaded lies where set-up puts the CUDA build: `nvidia/<x>/lib` is beside
 * its directory.
 *
 * @param maps text of the process's `/proc/PID/maps`
 */
export function hasCudaLibraries(maps: string): boolean {
  const library = /\s(\/\S.*\/libtensorflow_cc\.so\.2)$/m.exec(maps)?.[1];
  return library !== undefined && existsSync(join(dirname(library), '..', 'nvidia'));
}
