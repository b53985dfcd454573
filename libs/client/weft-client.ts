import type { paths } from './api-types.js';
import type { Answer, Arguments, Given, PathWith } from './calls.js';
import { realTiming, retrying, type Timing } from './retrying.js';
import { failureOf, WeftFailure } from './weft-failure.js';

/** Where the service is, who asks, and how patient it is. */
export interface ClientOptions {
  /** Address of the service: `https://weft.shop.example`. */
  service: string;
  /** A storefront key, `weft_pk_...`. @default none, for a service without keys on this machine */
  key?: string | undefined;
  /** Longest that a call may take with all its tries, in milliseconds. @default 8,000 */
  timeoutMs?: number | undefined;
  /** How often a call that may be repeated is tried again. @default 2 */
  retries?: number | undefined;
  /** @default the global one */
  fetch?: typeof fetch;
  /** @default the real one */
  timing?: Timing;
}

/** What any call takes beside its parts. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What a POST takes beside its parts. */
export interface PostOptions extends CallOptions {
  /** Whether it does the same once and twice, so that it may be tried again. @default false */
  isRepeatable?: boolean;
  /** Whether it goes on when the page is left meanwhile: for what is told, up to 60 kB. @default false */
  outlivesPage?: boolean;
}

type Plain = string | number | boolean;

interface Parts {
  path?: Record<string, Plain>;
  query?: Record<string, Plain | readonly Plain[] | undefined>;
  body?: unknown;
  outlivesPage?: boolean;
}

/** Browsers let requests of 64 kB in all outlive their page. */
const OUTLIVING_CHARACTERS = 60_000;

/**
 * Calls the service as a storefront may, in browsers and in Node. Paths, parameters and answers are those of /openapi.json.
 *
 * ```ts
 * const weft = new WeftClient({ service: 'https://weft.shop.example', key: 'weft_pk_...' });
 * const { results } = await weft.get('/v1/products/{id}/similar', { path: { id }, query: { count: 8 } });
 * ```
 */
export class WeftClient {
  private readonly service: URL;
  private readonly timing: Timing;

  /** @throws TypeError for a service that is no address */
  constructor(private readonly options: ClientOptions) {
    this.service = new URL(options.service.replace(/\/*$/, '/'));
    this.timing = options.timing ?? realTiming;
  }

  /**
   * Reads. Tried again when it fails in passing.
   *
   * @throws WeftFailure, or the reason of the signal
   */
  get<P extends PathWith<'get'>>(
    path: P,
    ...given: Arguments<Given<P, 'get'> & CallOptions>
  ): Promise<Answer<P, 'get'>> {
    const { signal, ...parts } = (given[0] ?? {}) as Parts & CallOptions;
    return this.call<Answer<P, 'get'>>('GET', path, parts, true, signal);
  }

  /**
   * Asks with a body, or tells something. Tried again only where `isRepeatable` says that it may be.
   *
   * @throws WeftFailure, or the reason of the signal
   */
  post<P extends PathWith<'post'>>(
    path: P,
    ...given: Arguments<Given<P, 'post'> & PostOptions>
  ): Promise<Answer<P, 'post'>> {
    const { signal, isRepeatable = false, ...parts } = (given[0] ?? {}) as Parts & PostOptions;
    return this.call<Answer<P, 'post'>>('POST', path, parts, isRepeatable, signal);
  }

  /**
   * Address of a photo that an answer names, drawn `width` pixels wide.
   *
   * @param image a product's `image`
   * @param width 32 to 1024
   */
  imageUrl(image: string, width: number): string {
    const url = new URL(image.replace(/^\/+/, ''), this.service);
    url.searchParams.set('w', String(width));
    return url.href;
  }

  private async call<T>(
    method: 'GET' | 'POST',
    path: keyof paths,
    parts: Parts,
    isRepeatable: boolean,
    aborted: AbortSignal | undefined,
  ): Promise<T> {
    const { timeoutMs = 8_000, retries = 2 } = this.options;
    aborted?.throwIfAborted();
    let isOverdue = false;
    const stop = new AbortController();
    const end = () => stop.abort(aborted?.reason);
    aborted?.addEventListener('abort', end);
    const timer = setTimeout(() => {
      isOverdue = true;
      stop.abort();
    }, timeoutMs);
    const { signal } = stop;
    try {
      const attempt = () => this.attempt<T>(method, this.address(path, parts), parts, signal);
      return await retrying(attempt, { retries: isRepeatable ? retries : 0, timing: this.timing, signal });
    } catch (error) {
      aborted?.throwIfAborted();
      if (isOverdue) throw new WeftFailure('timeout', `No answer came in ${timeoutMs} ms.`, { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      aborted?.removeEventListener('abort', end);
    }
  }

  private async attempt<T>(
    method: string,
    url: URL,
    { body, outlivesPage = false }: Parts,
    signal: AbortSignal,
  ): Promise<T> {
    const { key, fetch: send = fetch } = this.options;
    const headers = {
      accept: 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = text === undefined ? {} : { body: text };
    const kept = outlivesPage && (text?.length ?? 0) <= OUTLIVING_CHARACTERS ? { keepalive: true } : {};
    const response = await send(url, { method, headers, signal, credentials: 'omit', ...sent, ...kept }).catch(
      (cause: unknown) => {
        throw new WeftFailure('unreachable', `${this.service.host} cannot be reached.`, { cause });
      },
    );
    if (!response.ok) throw await failureOf(response, this.timing.now());
    return (await response.json().catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new WeftFailure('answer-invalid', 'The answer is not JSON.', { status: response.status, cause });
    })) as T;
  }

  private address(path: string, { path: values = {}, query = {} }: Parts): URL {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
    const url = new URL(filled.replace(/^\/+/, ''), this.service);
    for (const [name, value] of Object.entries(query)) {
      // A list is the parameter again and again.
      for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, String(one));
    }
    return url;
  }
}
