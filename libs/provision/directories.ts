import { accessSync, chownSync, constants, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectory as makeMissingDirectories, sha256, WeftError } from '#foundation';
import type { Account } from './account.js';
import { fileError } from './file-errors.js';

/** Longest path of a Unix socket that Linux accepts, in bytes; Redis cuts a longer one silently. */
const SOCKET_PATH_BYTES = 107;

/**
 * Makes a directory and its missing ancestors with exactly these rights, whatever the umask. Leaves existing ones alone.
 *
 * @throws WeftError `directory-not-usable`, `disk-full`
 */
export function makeDirectory(path: string, mode: number): void {
  try {
    makeMissingDirectories(path, mode);
  } catch (error) {
    throw fileError(error, placeOf(error) ?? path);
  }
}

/** Where the file system met the error: it may be an ancestor of what was wanted. */
function placeOf(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
}

/**
 * Makes a directory and asserts that this account may write there.
 *
 * @throws WeftError `directory-not-usable`, `disk-full`
 */
export function makeWritableDirectory(path: string, mode: number): void {
  makeDirectory(path, mode);
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Makes a directory that only `account` (and root) may enter. */
export function makePrivateDirectory(path: string, account: Account): void {
  makeDirectory(path, 0o700);
  const stat = lstatSync(path);
  if (stat.uid !== account.uid) chownSync(path, account.uid, account.gid);
}

/** Where the embedded servers of one WEFT_HOME keep what. */
export interface ServerDirectories {
  home: string;
  postgresData: string;
  /** Owned by the account that runs Weft. */
  logs: string;
  postgresLog: string;
  redisData: string;
  redisLog: string;
  supervisorLog: string;
  /** The leases' socket, open to the account that runs Weft. */
  supervisorSocket: string;
  /** Directory of the servers' sockets, open to the servers' account. */
  sockets: string;
  redisSocket: string;
}

/**
 * Lays out `home`. Sockets lie in `home/run`, or under a short directory in /tmp when `home` is so deep that a socket's
 * path would exceed what the kernel takes.
 */
export function serverDirectories(home: string, uid: number): ServerDirectories {
  let run = join(home, 'run');
  const longest = join(run, 'servers', '.s.PGSQL.5432');
  if (Buffer.byteLength(longest) > SOCKET_PATH_BYTES) run = `/tmp/weft-${uid}-${sha256(home).slice(0, 12)}`;
  return {
    home,
    postgresData: join(home, 'postgres', 'data'),
    logs: join(home, 'logs'),
    postgresLog: join(home, 'logs', 'postgres.log'),
    redisData: join(home, 'redis'),
    redisLog: join(home, 'logs', 'redis.log'),
    supervisorLog: join(home, 'logs', 'supervisor.log'),
    supervisorSocket: join(run, 'supervisor.sock'),
    sockets: join(run, 'servers'),
    redisSocket: join(run, 'servers', 'redis.sock'),
  };
}

/**
 * Makes the directory that holds the sockets and verifies that it is ours: in /tmp somebody else could have made it
 * first.
 *
 * @throws WeftError `socket-directory-not-ours`
 */
export function makeRunDirectory(directories: ServerDirectories, uid: number): void {
  const run = dirname(directories.sockets);
  makeDirectory(run, 0o711);
  const stat = lstatSync(run);
  if (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o022) === 0) return;
  throw new WeftError('socket-directory-not-ours', `${run} is not a directory that only this account may write to.`, {
    value: run,
    remedy: `Remove ${run}, or set WEFT_HOME to a directory of your own.`,
  });
}
