import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { megabytes } from '../download.js';
import { type Finding, ok, warning } from './finding.js';

/** Of the trainer before its first photo, and of each photo; measured, see docs/doctor.md. */
const TRAINING_BYTES = { base: 620e6, perPhoto: 65e3 };

export interface MemoryFacts {
  /** Bytes that programs can still have, by /proc/meminfo; null: unknown. */
  available: number | null;
  /** The tightest control group on the way: its limit, and what of it can still be had; null: none. */
  group: { limit: number; available: number } | null;
  /** Photos to train on; null: unknown. */
  photos: number | null;
}

export function judgeMemory({ available, group, photos }: MemoryFacts): Finding {
  const needed = TRAINING_BYTES.base + TRAINING_BYTES.perPhoto * (photos ?? 0);
  const left = Math.min(available ?? Infinity, group?.available ?? Infinity);
  const value = { available, group, needed };
  if (left === Infinity) return ok('memory', 'This system does not say how much memory is free.', value);
  const within = group === null ? '' : `, within a limit of ${megabytes(group.limit)}`;
  const sentence = `${megabytes(left)} free${within}; training wants about ${megabytes(needed)}.`;
  if (left >= needed) return ok('memory', sentence, value);
  return warning('memory', sentence, 'End other programs, raise the limit, or train on another machine.', value);
}

export function lookAtMemory(photos: number | null): Finding {
  const text = readable('/proc/meminfo');
  const kilobytes = text === null ? undefined : /MemAvailable:\s+(\d+) kB/.exec(text)?.[1];
  return judgeMemory({
    available: kilobytes === undefined ? null : Number(kilobytes) * 1024,
    group: tightestGroup('/sys/fs/cgroup', readable('/proc/self/cgroup') ?? ''),
    photos,
  });
}

/**
 * The tightest memory limit of a process's control groups, of version 2 or 1.
 *
 * @param root where control groups are mounted
 * @param own text of /proc/self/cgroup
 */
export function tightestGroup(root: string, own: string): MemoryFacts['group'] {
  const version2 = /^0::(.*)$/m.exec(own)?.[1];
  const version1 = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(own)?.[1];
  const groups = [
    ...ancestors(version2).map((path) => groupOf(join(root, path), 'memory.max', 'memory.current', 'inactive_file')),
    ...ancestors(version1).map((path) =>
      groupOf(join(root, 'memory', path), 'memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file'),
    ),
  ].filter((group) => group !== null);
  return groups.sort((a, b) => a.available - b.available)[0] ?? null;
}

function ancestors(path: string | undefined): string[] {
  if (path === undefined) return [];
  // In a container the path may be that of the host: then only the root is there.
  return path === '/' ? ['/'] : [path, ...ancestors(dirname(path))];
}

function groupOf(directory: string, limitFile: string, usedFile: string, reclaimable: string): MemoryFacts['group'] {
  const limit = Number(readable(join(directory, limitFile)) ?? NaN);
  const used = Number(readable(join(directory, usedFile)) ?? NaN);
  // "max", and version 1's 2^63: no limit.
  if (!Number.isFinite(limit) || !Number.isFinite(used) || limit > 2 ** 60) return null;
  const cached = new RegExp(`^${reclaimable} (\\d+)$`, 'm').exec(readable(join(directory, 'memory.stat')) ?? '')?.[1];
  return { limit, available: Math.max(0, limit - used + Number(cached ?? 0)) };
}

function readable(path: string): string | null {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}
