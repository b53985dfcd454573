import type { JobId, Progress } from '#foundation';
import {
  type EventCursor,
  type EventPage,
  isBeyond,
  type JobEvent,
  type JobEventStore,
  type RunStanding,
} from './job-event.js';

/** Progress is written five times a second at most. */
const POLL_MS = 250;
/** While the database is away. */
const TROUBLE_MS = 1_000;

/** Who is told. Nothing is told while it has no room: what happens meanwhile waits in the database. */
export interface JobListener {
  hasRoom(): boolean;
  /** @param cursor where to go on after this event */
  happened(event: JobEvent, cursor: EventCursor): void;
  progressed(standing: RunStanding & { progress: Progress }): void;
  /** The run that was followed has ended, and all of it was told. */
  ended(): void;
}

interface Follower {
  run: JobId | null;
  cursor: EventCursor;
  /** Events that were told and that a reading by the cursor would give again, with their transactions. */
  seen: Map<number, number>;
  /** The progress of each run that was told last. */
  told: Map<JobId, string>;
  listener: JobListener;
}

/**
 * Tells any number of listeners what happens to runs, whatever process works on them. It asks the database, one question for
 * all listeners at a time and only while there are any: an answer that does not come is asked for again, and nothing is
 * missed when the database was away.
 */
export class JobFeed {
  private readonly followers = new Set<Follower>();
  private timer: NodeJS.Timeout | null = null;
  private isReading = false;
  private isAway = false;

  /** @param onTrouble hears, once each time, that the database does not answer, and with null that it does again */
  constructor(
    private readonly store: JobEventStore,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /**
   * @param run null: all runs
   * @param from where to begin
   * @returns what ends it
   */
  follow(
    run: JobId | null,
    { seen, ...cursor }: EventCursor & { seen?: [id: number, transaction: number][] },
    listener: JobListener,
  ): () => void {
    const follower: Follower = { run, cursor, seen: new Map(seen), told: new Map(), listener };
    this.followers.add(follower);
    this.readIn(0);
    return () => void this.followers.delete(follower);
  }

  private readIn(ms: number): void {
    if (this.isReading || this.followers.size === 0) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), ms);
  }

  private async read(): Promise<void> {
    this.timer = null;
    this.isReading = true;
    let pauseMs = POLL_MS;
    try {
      if (await this.tell()) pauseMs = 0;
      if (this.isAway) this.onTrouble(null);
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) this.onTrouble(error);
      this.isAway = true;
      pauseMs = TROUBLE_MS;
    } finally {
      this.isReading = false;
    }
    this.readIn(pauseMs);
  }

  /** @returns whether more is there already */
  private async tell(): Promise<boolean> {
    const ready = [...this.followers].filter(({ listener }) => listener.hasRoom());
    if (ready.length === 0) return false;
    const ids = [...new Set(ready.flatMap(({ run }) => run ?? []))];
    const questions = ready.map(({ run, cursor, seen }) => ({ run, ...cursor, seen: [...seen.keys()] }));
    const all = ready.some(({ run }) => run === null);
    const { standings, pages, horizon } = await this.store.read({ ids, all }, questions);
    const texts = new Map(standings.map((standing) => [standing.run, JSON.stringify(standing.progress)]));
    ready.forEach((follower, i) => {
      const page = pages[i];
      // One that went away while the database was asked.
      if (page === undefined || !this.followers.has(follower)) return;
      this.tellEvents(follower, page, horizon);
      this.tellStandings(follower, page, standings, texts);
    });
    return pages.some(({ isFull }) => isFull);
  }

  private tellEvents(follower: Follower, { events, isFull }: EventPage, horizon: string): void {
    events.forEach(({ transaction, ...event }, i) => {
      const { after, horizon: before } = follower.cursor;
      // Until the page is through, and there is no other, what the horizon before leaves open may still be to come.
      const isThrough = i === events.length - 1 && !isFull;
      follower.cursor = { after: Math.max(after, event.id), horizon: isThrough ? horizon : before };
      follower.seen.set(event.id, transaction);
      follower.listener.happened(event, follower.cursor);
      if (event.ended) follower.told.delete(event.run);
    });
    if (!isFull) follower.cursor = { ...follower.cursor, horizon };
    for (const [id, transaction] of follower.seen)
      if (!isBeyond(transaction, follower.cursor.horizon)) follower.seen.delete(id);
  }

  private tellStandings(
    follower: Follower,
    page: EventPage,
    standings: readonly RunStanding[],
    texts: ReadonlyMap<JobId, string>,
  ): void {
    const over = new Set(page.events.filter(({ ended }) => ended).map(({ run }) => run));
    let isThere = follower.run === null;
    for (const standing of standings) {
      if (follower.run !== null && follower.run !== standing.run) continue;
      isThere = true;
      const { run, progress, ended } = standing;
      const text = texts.get(run) ?? '';
      if (progress !== null && !ended && !over.has(run) && follower.told.get(run) !== text) {
        follower.told.set(run, text);
        follower.listener.progressed({ ...standing, progress });
      }
      if (ended && follower.run === run && !page.isFull) this.endOf(follower);
    }
    // Its row was removed meanwhile.
    if (!isThere) this.endOf(follower);
  }

  private endOf(follower: Follower): void {
    if (this.followers.delete(follower)) follower.listener.ended();
  }
}
