import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { WeftConfig } from '#config';
import { assertOwn, assertReachable, serverAccount } from '../account.js';
import { megabytes } from '../download.js';
import { type Finding, ok, problem, warning } from './finding.js';

/** Kinds of content that the sentence names, the largest first; `value` has all. */
const KINDS_TOLD = 4;

export interface PlaceFacts {
  path: string;
  /** The environment variable that sets it. */
  variable: string;
  exists: boolean;
  /** What of the way there is a file; null: none is. */
  fileInTheWay: string | null;
  /** Why nothing can be written there; null: it was tried and went well. */
  writeError: string | null;
  /** Free bytes on its disk; null: unknown. */
  free: number | null;
  /** Free bytes that the next import and training want. */
  needed: number;
  /** Bytes by kind, where it exists. */
  sizes: Record<string, number>;
}

export function judgePlace(id: string, facts: PlaceFacts): Finding {
  const { path, variable, exists, fileInTheWay, writeError, free, needed, sizes } = facts;
  const elsewhere = `set ${variable} to a directory that you may write to`;
  if (fileInTheWay !== null) {
    return problem(id, `${fileInTheWay} is a file, where ${variable} wants a directory.`, capital(elsewhere), facts);
  }
  if (writeError !== null) {
    const remedy = writeError.includes('ENOSPC')
      ? `Free some space on the disk of ${path}, or ${elsewhere}`
      : `Make ${path} writable for this account, or ${elsewhere}`;
    return problem(id, `${path} cannot be written to: ${writeError}.`, remedy, facts);
  }
  const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
  const parts = Object.entries(sizes)
    .filter(([, bytes]) => bytes >= 1e6)
    .slice(0, KINDS_TOLD)
    .map(([kind, bytes]) => `${kind} ${megabytes(bytes)}`);
  const holds = exists
    ? `holds ${megabytes(total)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`
    : 'is not made yet';
  const sentence = `${path} ${holds}; ${free === null ? 'unknown space' : megabytes(free)} free.`;
  if (free === null || free >= needed) return ok(id, sentence, facts);
  const remedy = `Free some space, or set ${variable} to a directory on another disk.`;
  return warning(id, `${sentence} Importing and training may want ${megabytes(needed)}.`, remedy, facts);
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Looks at a directory of Weft: tries to write there, and leaves nothing.
 *
 * @param isForServers whether an embedded server must be able to walk there
 * @throws WeftError `home-not-ours`, `directory-closed`
 */
export function lookAtPlace(
  id: string,
  { path, variable, needed, isForServers }: { path: string; variable: string; needed: number; isForServers: boolean },
): Finding {
  const existing = nearestExisting(path);
  const exists = existing === path;
  const isDirectory = statSync(existing).isDirectory();
  if (isDirectory && id === 'home') assertOwn(path);
  if (isDirectory && isForServers) assertReachable(path, serverAccount());
  return judgePlace(id, {
    path,
    variable,
    exists,
    fileInTheWay: isDirectory ? null : existing,
    writeError: isDirectory ? tryToWrite(existing, exists) : null,
    free: isDirectory ? freeBytes(existing) : null,
    needed,
    sizes: exists && isDirectory ? sizesOf(path) : {},
  });
}

function nearestExisting(path: string): string {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  return existing;
}

/** Why a file, or the directory that is to come, cannot be made in a directory; null: it can. */
function tryToWrite(directory: string, withFile: boolean): string | null {
  let made: string | null = null;
  try {
    made = mkdtempSync(join(directory, '.weft-doctor-'));
    if (withFile) writeFileSync(join(made, 'probe'), Buffer.alloc(4096));
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    if (made !== null) {
      rmSync(join(made, 'probe'), { force: true });
      rmdirSync(made);
    }
  }
}

function freeBytes(path: string): number | null {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** Bytes of each entry of a directory; of what may not be read, the part that may. */
function sizesOf(directory: string): Record<string, number> {
  const sizes = entriesOf(directory).map((name): [string, number] => [name, bytesOf(join(directory, name))]);
  return Object.fromEntries(sizes.sort(([, a], [, b]) => b - a));
}

function bytesOf(path: string): number {
  // A file may vanish while it is looked at: servers are running here.
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.blocks * 512;
  return entriesOf(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

export interface FeedDirectoryFacts {
  path: string;
  /** Whether WEFT_FEED_DIR names it; the default is made when somebody needs it. */
  isNamed: boolean;
  kind: 'directory' | 'file' | 'absent' | 'unreadable';
}

export function judgeFeedDirectory({ path, isNamed, kind }: FeedDirectoryFacts): Finding {
  const value = { path, kind };
  if (kind === 'directory') return ok('feeds', `Imports over HTTP may read ${path}.`, value);
  if (kind === 'absent') {
    const sentence = `Imports over HTTP may read ${path}, which is not there.`;
    return isNamed ? warning('feeds', sentence, `mkdir -p '${path}'`, value) : ok('feeds', sentence, value);
  }
  if (kind === 'file') {
    return problem(
      'feeds',
      `WEFT_FEED_DIR is the file ${path}.`,
      'Set WEFT_FEED_DIR to the directory of the feeds.',
      value,
    );
  }
  return problem('feeds', `${path}, the directory of the feeds, cannot be read.`, `chmod u+rx '${path}'`, value);
}

export function lookAtFeedDirectory({ feedDir, home }: Pick<WeftConfig, 'feedDir' | 'home'>): Finding {
  const isNamed = feedDir !== join(home, 'feeds');
  return judgeFeedDirectory({ path: feedDir, isNamed, kind: kindOf(feedDir) });
}

function kindOf(path: string): FeedDirectoryFacts['kind'] {
  try {
    readdirSync(path);
    return 'directory';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return 'file';
    return code === 'ENOENT' ? 'absent' : 'unreadable';
  }
}
