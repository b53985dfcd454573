import { lookup } from 'node:dns/promises';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, systemClock } from '#foundation';
import { Agent, type Dispatcher } from 'undici';
import type { AddressRules } from './address-rules.js';
import { decodedBody } from './decoded-body.js';
import { DeadlineExceeded, failureOf } from './failures.js';
import { FetchError } from './fetch-error.js';
import { DEFAULT_FETCH_LIMITS, type FetchLimits } from './fetch-limits.js';
import { pinnedConnector, type Resolve } from './pinned-connector.js';
import { redirectTarget } from './redirect.js';
import { retrying, type Sleep } from './retrying.js';
import { pauseOf, statusError } from './status.js';
import { Turns } from './turns.js';
import { webAddress } from './web-address.js';

export interface FetchOptions {
  /** ETag of the copy that the caller has, as the host wrote it. */
  etag?: string | undefined;
  /** Last-Modified of the copy that the caller has, as the host wrote it. */
  lastModified?: string | undefined;
  /** Limit of the body, both as sent and unpacked. */
  maxBytes: number;
  /** Replaces the limit for one attempt, where large answers are expected. Milliseconds. */
  totalMs?: number;
  signal: AbortSignal;
}

export interface PostOptions {
  headers: Record<string, string>;
  body: string;
  /** From the connection to the end of the answer, in milliseconds. */
  totalMs: number;
  signal: AbortSignal;
}

export interface PostAnswer {
  status: number;
  /** What the host asked for with Retry-After. */
  retryAfterMs: number | undefined;
}

export interface FreshAnswer {
  status: 'fresh';
  /** Unpacked from Content-Encoding gzip. To be read or destroyed; it fails with a FetchError. */
  body: Readable;
  etag: string | null;
  lastModified: string | null;
  /** Address that answered, after redirects. */
  finalUrl: string;
}

export type FetchAnswer = FreshAnswer | { status: 'not-modified' };

/** What tests put in place of the network's own. */
export interface FetchSurroundings {
  resolve?: Resolve;
  sleep?: Sleep;
  clock?: Clock;
  /** PEM; replaces the certificates that Node trusts. */
  ca?: string;
}

const USER_AGENT = 'Weft/0.1 (fashion similarity engine; catalogue import)';
const POST_USER_AGENT = 'Weft/0.1 (fashion similarity engine; webhooks)';
/** Of the answer to a post, which nobody reads. */
const ANSWER_BYTES = 16_384;

/**
 * Fetches http and https addresses that strangers wrote: politely, within limits, and only from addresses that
 * {@link AddressRules} permit, at every redirect. Sends no cookies, credentials or referrer, and uses no proxy.
 */
export class Fetcher {
  private readonly limits: FetchLimits;
  private readonly agent: Agent;
  private readonly turns: Turns;
  private readonly sleep: Sleep;
  private readonly clock: Clock;
  /** Hosts that asked for a pause, and when it ends, in milliseconds since 1970. */
  private readonly quietUntil = new Map<string, number>();

  constructor(rules: AddressRules, limits: Partial<FetchLimits> = {}, surroundings: FetchSurroundings = {}) {
    this.limits = { ...DEFAULT_FETCH_LIMITS, ...limits };
    const { connectMs, headersMs, idleMs, headerBytes, perHost, atOnce } = this.limits;
    this.agent = new Agent({
      connect: pinnedConnector(rules, surroundings.resolve ?? systemResolve, connectMs, surroundings.ca),
      headersTimeout: headersMs,
      bodyTimeout: idleMs,
      maxHeaderSize: headerBytes,
      pipelining: 1,
    });
    this.turns = new Turns(perHost, atOnce);
    this.sleep = surroundings.sleep ?? (async (ms, signal) => wait(ms, undefined, { signal }));
    this.clock = surroundings.clock ?? systemClock;
  }

  /**
   * Asks until the headers of an answer are there: again, after a pause, where that may help. An error of the body is the
   * reader's to deal with; see {@link receive}.
   *
   * @throws FetchError; the signal's reason when it is aborted
   */
  async fetch(address: string, options: FetchOptions): Promise<FetchAnswer> {
    return retrying(() => this.attempt(address, options), this.limits, this.sleep, options.signal);
  }

  /**
   * Asks and lets `use` read the answer; both are tried again, after a pause, when the connection fails half-way.
   *
   * @throws FetchError; the signal's reason when it is aborted; what `use` throws
   */
  async receive<T>(address: string, options: FetchOptions, use: (answer: FetchAnswer) => Promise<T>): Promise<T> {
    const attempt = async () => {
      const answer = await this.attempt(address, options);
      try {
        return await use(answer);
      } finally {
        if (answer.status === 'fresh') answer.body.destroy();
      }
    };
    return retrying(attempt, this.limits, this.sleep, options.signal);
  }

  /**
   * Posts once, and tells the status of the answer, whatever it is: a redirect is an answer, too. Its body is thrown away.
   *
   * @throws FetchError when there is no answer; the signal's reason when it is aborted
   */
  async post(address: string, { headers, body, totalMs, signal }: PostOptions): Promise<PostAnswer> {
    const url = webAddress(address);
    const giveTurnBack = await this.turns.take(url.host, signal);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new DeadlineExceeded()), totalMs);
    try {
      const answer = await this.agent.request({
        ...{ origin: url.origin, path: url.pathname + url.search, method: 'POST', body },
        headers: { 'user-agent': POST_USER_AGENT, ...headers },
        signal: AbortSignal.any([signal, deadline.signal]),
      });
      answer.body.on('error', () => undefined);
      // What little there is to read is read, so that the connection can be used again; the status is known already.
      await answer.body.dump({ limit: ANSWER_BYTES }).catch(() => undefined);
      answer.body.destroy();
      const retryAfterMs = pauseOf(headerOf(answer.headers, 'retry-after'), this.clock);
      return { status: answer.statusCode, retryAfterMs };
    } catch (error) {
      throw failureOf(error, url);
    } finally {
      clearTimeout(timer);
      giveTurnBack();
    }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async attempt(address: string, options: FetchOptions): Promise<FetchAnswer> {
    let url = webAddress(address);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.ask(url, options);
      if (!(answer instanceof URL)) return answer;
      if (redirects === this.limits.redirects) {
        const message = `${url.host} was reached by ${redirects} redirects, and redirects again.`;
        throw new FetchError('fetch-too-many-redirects', message, { value: address.slice(0, 200) });
      }
      url = answer;
    }
  }

  /** One request. An address is where it was redirected to. */
  private async ask(url: URL, options: FetchOptions): Promise<FetchAnswer | URL> {
    const pause = (this.quietUntil.get(url.host) ?? 0) - this.clock.now().getTime();
    if (pause > 0) await this.sleep(pause, options.signal);
    const giveTurnBack = await this.turns.take(url.host, options.signal);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new DeadlineExceeded()), options.totalMs ?? this.limits.totalMs);
    const end = () => {
      clearTimeout(timer);
      giveTurnBack();
    };
    try {
      const signal = AbortSignal.any([options.signal, deadline.signal]);
      const headers = requestHeaders(options);
      const path = url.pathname + url.search;
      const answer = await this.agent.request({ origin: url.origin, path, method: 'GET', headers, signal });
      answer.body.once('close', end);
      // Whoever reads the body meets the error; one that nobody reads must not end the process.
      answer.body.on('error', () => undefined);
      return await this.judge(answer, url, options);
    } catch (error) {
      end();
      throw failureOf(error, url);
    }
  }

  private async judge(
    { statusCode, headers, body }: Dispatcher.ResponseData,
    url: URL,
    { maxBytes, etag, lastModified }: FetchOptions,
  ): Promise<FetchAnswer | URL> {
    if (statusCode === 200) {
      const [encoding, length] = [headerOf(headers, 'content-encoding'), headerOf(headers, 'content-length')];
      try {
        return {
          status: 'fresh',
          body: decodedBody(body, { encoding, length }, maxBytes, url),
          etag: headerOf(headers, 'etag') ?? null,
          lastModified: headerOf(headers, 'last-modified') ?? null,
          finalUrl: url.href,
        };
      } catch (error) {
        body.destroy();
        throw error;
      }
    }
    // What little there is to read is read, so that the connection can be used again.
    await body.dump({ limit: ANSWER_BYTES });
    body.destroy();
    if (statusCode === 304) {
      if (etag !== undefined || lastModified !== undefined) return { status: 'not-modified' };
      throw new FetchError('fetch-answer-malformed', `${url.host} answers 304 to an unconditional request.`, {
        value: url.href.slice(0, 200),
      });
    }
    const target = redirectTarget(statusCode, headerOf(headers, 'location'), url);
    if (target !== null) return target;
    const error = statusError(statusCode, headerOf(headers, 'retry-after'), url, this.clock);
    const { retryAfterMs } = error;
    if (retryAfterMs !== undefined && retryAfterMs <= this.limits.patienceMs) {
      this.quietUntil.set(url.host, this.clock.now().getTime() + retryAfterMs);
    }
    throw error;
  }
}

function requestHeaders({ etag, lastModified }: FetchOptions): Record<string, string> {
  return {
    'user-agent': USER_AGENT,
    accept: '*/*',
    'accept-encoding': 'gzip',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

/** A header that is sent more than once is the list of its values. */
function headerOf(headers: Dispatcher.ResponseData['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
