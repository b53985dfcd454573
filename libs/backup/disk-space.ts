import { statfs } from 'node:fs/promises';
import { BackupError } from './backup-error.js';

/** @throws BackupError `disk-full` unless the disk of `directory` has this many bytes left */
export async function requireSpace(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const left = bavail * bsize;
  if (left >= bytes) return;
  throw new BackupError('disk-full', `${directory} has ${megabytes(left)} left and needs up to ${megabytes(bytes)}.`, {
    value: left,
    remedy: 'Free some space, or choose a directory on another disk.',
  });
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}
