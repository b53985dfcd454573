import type { Fetcher } from '#fetching';
import { type Clock, messageOf } from '#foundation';
import { signedHeaders } from './signature.js';

/** Longest that a receiver may take, in milliseconds: it should note the message and answer, and work afterwards. */
const ATTEMPT_MS = 15_000;

/** What one post of a message came to. */
export interface Attempt {
  /** null: there was no answer. */
  status: number | null;
  /** null: the receiver took it. */
  error: string | null;
  /** What the receiver asked for with Retry-After, in milliseconds. */
  retryAfterMs: number | undefined;
}

/** Where a message goes, and what it is. */
export interface Message {
  url: string;
  secret: Uint8Array;
  id: string;
  body: string;
}

/**
 * Posts a message once. Redirects are not followed: a receiver that moved is to be named anew.
 *
 * @param totalMs longest that it may take, in milliseconds
 * @throws the signal's reason when it is aborted
 */
export async function attempt(
  fetcher: Pick<Fetcher, 'post'>,
  { url, secret, id, body }: Message,
  clock: Clock,
  signal: AbortSignal,
  totalMs = ATTEMPT_MS,
): Promise<Attempt> {
  const headers = { 'content-type': 'application/json', ...signedHeaders(secret, id, clock.now(), body) };
  try {
    const { status, retryAfterMs } = await fetcher.post(url, { headers, body, totalMs, signal });
    const isTaken = status >= 200 && status < 300;
    return { status, error: isTaken ? null : `It answered ${status}.`, retryAfterMs };
  } catch (error) {
    signal.throwIfAborted();
    return { status: null, error: messageOf(error), retryAfterMs: undefined };
  }
}
