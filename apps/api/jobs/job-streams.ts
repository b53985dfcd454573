import { Readable } from 'node:stream';
import type { JobId } from '#foundation';
import { type EventCursor, JobFeed, type JobEvent, type JobEventStore } from '#jobs';
import { Refusal } from '../http/refusal.js';
import { eventIdOf, presentJobEvent, presentProgress } from './job-event-schemas.js';

export interface StreamLimits {
  /** Streams of one process. @default 100 */
  most: number;
  /** A comment is sent this often, so that proxies and clients see that the stream lives. Milliseconds. @default 15000 */
  beatMs: number;
  /** After which a stream ends and its client, which opens the next one, shows its key again. Milliseconds. @default 3600000 */
  lifeMs: number;
}

const DEFAULT_LIMITS: StreamLimits = { most: 100, beatMs: 15_000, lifeMs: 3_600_000 };
/** What one client may leave unread, in bytes: beyond it, nothing more is read for it from the database. */
const ROOM = 64 * 1024;
/** Beats after which a client that takes nothing is given up. */
const MOST_STUCK = 4;
/** When a client whose stream ended comes back, in milliseconds. */
const RETRY_MS = 2_000;

interface OpenStream {
  body: Readable;
  stuck: number;
  diesAt: number;
}

/** The open streams of server-sent events. They share one question to the database; see {@link JobFeed}. */
export class JobStreams {
  private readonly limits: StreamLimits;
  private readonly feed: JobFeed;
  private readonly open = new Set<OpenStream>();
  private beat: NodeJS.Timeout | null = null;

  /**
   * @param hear.count told how many are open, whenever that changes
   * @param hear.trouble told, once each time, that the database does not answer, and with null that it does again
   */
  constructor(
    private readonly store: JobEventStore,
    limits: Partial<StreamLimits>,
    private readonly hear: { count: (open: number) => void; trouble: (error: unknown) => void },
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.feed = new JobFeed(store, hear.trouble);
  }

  /**
   * The stream of a run, or of all.
   *
   * @param cursor where an earlier stream broke off; null: from the beginning of the run, of all runs from now on
   * @returns null when the run has ended and all of it was told
   * @throws Refusal `streams-busy`
   */
  async follow(run: JobId | null, cursor: EventCursor | null): Promise<Readable | null> {
    const from = cursor ?? (run === null ? await this.store.end() : { after: 0, horizon: '0' });
    if (run !== null && cursor !== null && (await this.isOver(run, cursor))) return null;
    if (this.open.size >= this.limits.most) {
      const sentence = `${this.limits.most} streams of events are open, and there is no room for more.`;
      throw new Refusal('streams-busy', sentence, {
        remedy: 'Follow all runs with one stream, or ask GET /v1/jobs/{id}.',
      });
    }
    return this.openFor(run, from);
  }

  /** Ends all streams. */
  close(): void {
    for (const { body } of this.open) body.push(null);
  }

  private async isOver(run: JobId, cursor: EventCursor): Promise<boolean> {
    const { standings, pages } = await this.store.read({ ids: [run], all: false }, [{ run, ...cursor, seen: [] }]);
    return standings.every(({ ended }) => ended) && pages.every(({ events }) => events.length === 0);
  }

  private openFor(run: JobId | null, from: EventCursor): Readable {
    const body = new Readable({ highWaterMark: ROOM, read: () => undefined });
    const stream: OpenStream = { body, stuck: 0, diesAt: performance.now() + this.limits.lifeMs };
    const say = (kind: string, data: object, id?: string) =>
      body.push(`${id === undefined ? '' : `id: ${id}\n`}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
    body.push(`retry: ${RETRY_MS}\n\n`);
    const leave = this.feed.follow(run, from, {
      hasRoom: () => body.readableLength < ROOM,
      happened: (event: JobEvent, cursor) => say('state', presentJobEvent(event), eventIdOf(cursor)),
      progressed: (standing) => say('progress', presentProgress(standing)),
      ended: () => body.push(null),
    });
    this.open.add(stream);
    this.hear.count(this.open.size);
    this.beat ??= setInterval(() => this.lookAround(), this.limits.beatMs);
    body.once('close', () => {
      leave();
      this.open.delete(stream);
      this.hear.count(this.open.size);
      if (this.open.size > 0 || this.beat === null) return;
      clearInterval(this.beat);
      this.beat = null;
    });
    return body;
  }

  private lookAround(): void {
    for (const stream of this.open) {
      const { body } = stream;
      stream.stuck = body.readableLength > 0 ? stream.stuck + 1 : 0;
      if (stream.stuck >= MOST_STUCK) body.destroy();
      else if (performance.now() >= stream.diesAt) body.push(null);
      else if (body.readableLength === 0) body.push(': still here\n\n');
    }
  }
}
