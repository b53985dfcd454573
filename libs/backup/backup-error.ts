import { WeftError } from '#foundation';

/** A backup that cannot be made or restored. */
export class BackupError extends WeftError {}

/** A backup file that is cut short, altered, or none at all. */
export function damaged(path: string, what: string, cause?: unknown): BackupError {
  return new BackupError('backup-damaged', `${path} cannot be restored: ${what}.`, {
    value: path,
    remedy: 'Nothing was changed. Use another backup, or copy this one again from where it is kept.',
    cause,
  });
}
