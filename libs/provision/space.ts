import { statfsSync } from 'node:fs';
import { WeftError } from '#foundation';
import { bytesThere, megabytes } from './download.js';
import type { Wheel } from './wheels.js';

/** Bytes that the downloads still to be made and the part itself take at most. */
export function spaceFor(cache: string, wheels: readonly Wheel[]): number {
  return wheels.reduce((sum, wheel) => sum + wheel.bytes - bytesThere(cache, wheel) + wheel.placedBytes, 0);
}

/**
 * Asserts that the disk of an existing directory has `bytes` left.
 *
 * @throws WeftError `disk-full`
 */
export function assertSpace(directory: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize >= bytes) return;
  throw new WeftError(
    'disk-full',
    `${directory} has ${megabytes(bavail * bsize)} left and needs ${megabytes(bytes)}.`,
    {
      value: bavail * bsize,
      remedy: 'Free some space, or set WEFT_CACHE or WEFT_HOME to a directory on another disk.',
    },
  );
}
