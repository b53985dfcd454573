import type { Fetcher } from './fetcher.js';
import { FetchError } from './fetch-error.js';

/** What a person who waits for the answer puts up with: one attempt, a few seconds. */
export const WAITED_FOR = { connectMs: 5_000, headersMs: 8_000, idleMs: 5_000, totalMs: 15_000, attempts: 1 } as const;

/**
 * A small file from the web, in memory.
 *
 * @param maxBytes of the file, both as sent and unpacked
 * @throws FetchError
 */
export function fetchBytes(
  fetcher: Fetcher,
  address: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return fetcher.receive(address, { maxBytes, signal }, async (answer) => {
    // Only a request that names a copy may be answered so.
    if (answer.status === 'not-modified') throw new FetchError('fetch-answer-malformed', 'The host sent no file.');
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  });
}
