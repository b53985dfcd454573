import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Wheel } from './wheels.js';

/**
 * Brings a wheel, verified by its hash, and returns its path: below `cache` or `temporary`, or elsewhere and not ours to
 * change.
 */
export type FetchWheel = (
  wheel: Wheel,
  cache: string,
  temporary: string,
  report: (line: string) => void,
) => Promise<string>;

/** From this size on, progress is told by tenths. */
const LONG_DOWNLOAD_BYTES = 1e8;

/** Where the download of a wheel grows, until it is whole and unpacked. */
export function partialDownload(cache: string, wheel: Pick<Wheel, 'sha256'>): string {
  return join(cache, 'partial', wheel.sha256);
}

/** Bytes of a wheel that an earlier run has left. */
export function bytesThere(cache: string, wheel: Pick<Wheel, 'sha256'>): number {
  return statSync(partialDownload(cache, wheel), { throwIfNoEntry: false })?.size ?? 0;
}

/** Tells for people how a download goes on: told the size reached after each piece, or `broken` when it broke. */
export function progressReporter(wheel: Wheel, report: (line: string) => void): (line: string) => void {
  const size = wheel.bytes;
  let bytes: number | null = null;
  return (line) => {
    if (line === 'broken') return report(`The connection broke at ${megabytes(bytes ?? 0)} of ${megabytes(size)}.`);
    const before = bytes;
    bytes = Number(line);
    if (before === null && bytes > 0)
      return report(`Going on where an earlier download stopped, at ${megabytes(bytes)}.`);
    const tenth = Math.floor((10 * bytes) / size);
    if (size < LONG_DOWNLOAD_BYTES || tenth <= Math.floor((10 * (before ?? 0)) / size)) return;
    report(`${megabytes(bytes)} of ${megabytes(size)}`);
  };
}

/** `24.7 MB`: decimal megabytes, as package indexes show them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}
