import { availableParallelism } from 'node:os';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Fetcher } from '#fetching';
import { messageOf, WeftError } from '#foundation';
import type { PhotoEncoder, PhotoMatcher } from '#recognition';
import type { Recommender } from '#similarity';
import type { ApiDependencies } from '../api-dependencies.js';
import { Turnstile } from '../images/turnstile.js';
import { PHOTO_BYTES } from './photo-schemas.js';

/** A photo of 40 megapixels is decoded in half a gigabyte, in a process of its own. */
const MOST_PIXELS = 40_000_000;
/** Requests that may wait: each holds the bytes of its photos. */
const MOST_WAITING = 16;

/** Longest that a photo's address may take, with whatever waits before it. */
const FETCH_MS = 20_000;

/** Where photos are read by and from. */
interface PhotoSettings {
  /** Path of the feature graph that is installed here. */
  featureGraph: string;
  /** Addresses beyond the public ones that may be fetched from. */
  fetchAllow: readonly string[];
}

type Web = Pick<typeof import('#fetching'), 'fetchBytes' | 'FetchError'> & { fetcher: Fetcher };

/**
 * Answers about photos. The library that decodes them and runs the model is loaded with the first one: most API processes
 * start, and some live, without. A few at once; what is too many is turned away.
 */
export class PhotoQueries implements OnModuleDestroy {
  private readonly turnstile = new Turnstile(Math.max(2, availableParallelism()), MOST_WAITING, tooManyPhotos);
  private opened: Promise<{ encoder: PhotoEncoder; matcher: PhotoMatcher }> | null = null;
  private web: Promise<Web> | null = null;

  constructor(
    private readonly dependencies: ApiDependencies,
    private readonly recommender: Recommender,
    private readonly settings: PhotoSettings,
  ) {}

  /**
   * The bytes of a photo on the web, asked for by the same rules as those of a feed.
   *
   * @throws WeftError `photo-not-fetched`
   */
  async fetched(url: string): Promise<Uint8Array> {
    this.web ??= import('#fetching').then(({ AddressRules, fetchBytes, FetchError, Fetcher, WAITED_FOR }) => {
      return { fetchBytes, FetchError, fetcher: new Fetcher(new AddressRules(this.settings.fetchAllow), WAITED_FOR) };
    });
    const { fetchBytes, FetchError, fetcher } = await this.web;
    try {
      return await fetchBytes(fetcher, url, PHOTO_BYTES, AbortSignal.timeout(FETCH_MS));
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError';
      if (!isLate && !(error instanceof FetchError)) throw error;
      const reason = isLate ? 'it took too long.' : messageOf(error);
      throw new WeftError('photo-not-fetched', `The photo cannot be fetched: ${reason}`, {
        value: url,
        cause: error,
        remedy: 'Name a public http or https address of a photo of at most 8 MiB, or send the photo itself.',
      });
    }
  }

  /** @throws WeftError `photo-unusable`, `photos-busy`, `photos-unreadable` and what the matcher says */
  async ask<T>(question: (matcher: PhotoMatcher) => Promise<T>): Promise<T> {
    try {
      return await this.turnstile.pass(async () => question((await this.open()).matcher));
    } catch (error) {
      throw await inWordsOfHttp(error);
    }
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.opened)?.encoder.close();
    await (await this.web)?.fetcher.close();
  }

  private open() {
    this.opened ??= import('#recognition').then(({ PhotoEncoder, PhotoMatcher }) => {
      const { artifacts } = this.dependencies;
      const limits = { maxBytes: PHOTO_BYTES, maxPixels: MOST_PIXELS };
      const encoder = new PhotoEncoder(this.settings.featureGraph, limits, artifacts);
      return { encoder, matcher: new PhotoMatcher(this.dependencies, encoder, this.recommender, artifacts) };
    });
    return this.opened;
  }
}

/** What decoding and embedding say, as the caller's fault or as the service's state. */
async function inWordsOfHttp(error: unknown): Promise<unknown> {
  const { ImageRejected } = await import('#imaging');
  if (error instanceof ImageRejected) {
    return new WeftError('photo-unusable', error.message, {
      cause: error,
      remedy:
        error.remedy ?? 'Send a photo in JPEG, PNG, WebP, AVIF or GIF, whole, of at most 8 MiB and 40 megapixels.',
    });
  }
  if (error instanceof WeftError && SERVICE_STATES.has(error.code)) {
    return new WeftError('photos-unreadable', `Photos cannot be read here: ${messageOf(error)}`, {
      cause: error,
      remedy: error.remedy ?? 'Look whether everything is installed: weft doctor',
    });
  }
  return error;
}

const SERVICE_STATES = new Set([
  'feature-graph-unreadable',
  'decoder-not-started',
  'thread-not-started',
  'bundle-damaged',
  'artifacts-unreachable',
  'artifacts-refused',
  'artifact-damaged',
]);

function tooManyPhotos(): WeftError {
  return new WeftError('photos-busy', 'More photos are sent than can be looked at now.', {
    remedy: 'Try again after the seconds that Retry-After names.',
  });
}
