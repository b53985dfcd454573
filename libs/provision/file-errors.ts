import { WeftError } from '#foundation';

const SENTENCES: Record<string, (path: string) => string> = {
  EACCES: (path) => `This account may not write to ${path}.`,
  EPERM: (path) => `This account may not write to ${path}.`,
  EROFS: (path) => `${path} lies on a file system that is read-only.`,
  ENOTDIR: (path) => `${path} is a file, or lies below one; Weft needs a directory there.`,
  EEXIST: (path) => `${path} is a file, or lies below one; Weft needs a directory there.`,
  ENOENT: (path) => `No directory can be made at ${path}.`,
  ENAMETOOLONG: (path) => `The path ${path} is too long for this file system.`,
};

/**
 * What an operation on a file of `path` met, as a sentence.
 *
 * @returns `disk-full`, `directory-not-usable`, or the error itself when it is no such failure
 */
export function fileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new WeftError('disk-full', `The disk of ${path} is full${code === 'EDQUOT' ? ' for this account' : ''}.`, {
      value: path,
      cause: error,
      remedy: 'Free some space, or set WEFT_CACHE or WEFT_HOME to a directory on another disk, and run it again.',
    });
  const sentence = SENTENCES[code];
  if (sentence === undefined) return error;
  return new WeftError('directory-not-usable', sentence(path), {
    value: path,
    cause: error,
    remedy: 'Set WEFT_HOME and WEFT_CACHE to directories of your own, or run Weft as the account that owns these.',
  });
}

/** Does `work`; a failure of the file system is told as `fileError` tells it. */
export async function withFileErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, path);
  }
}
