import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { WeftError } from '#foundation';

/** How often the owner of a home says that it lives. */
export const BEAT_MS = 10_000;
/** An owner elsewhere that was silent for longer is taken to be dead. Clocks of the hosts must agree to far less. */
export const STALE_MS = 60_000;
/** Two hosts that find the same dead owner both write; after this pause the last one's record stands. */
const SETTLE_MS = 500;

const ownerRecord = z.object({
  hostname: z.string(),
  bootId: z.string(),
  /** Processes of another one cannot be seen or ended from here. */
  pidNamespace: z.string(),
  /** The mutex of a home holds within one. */
  networkNamespace: z.string(),
});
/** What tells two hosts or containers on one volume apart. */
export type Host = z.infer<typeof ownerRecord>;

export function thisHost(): Host {
  return {
    hostname: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
    networkNamespace: readlinkSync('/proc/self/ns/net'),
  };
}

/**
 * Which host's supervisor has a WEFT_HOME, in the file `owner.json` there. Within one host the kernel's mutex decides;
 * this is for hosts and containers that share a volume and cannot see each other's processes. The heartbeat is the
 * file's modification time, so that a full disk does not stop it.
 */
export class HomeOwner {
  private readonly text: string;

  constructor(
    private readonly home: string,
    host: Host,
    /** Milliseconds since 1970. */
    private readonly now: () => number,
  ) {
    this.text = JSON.stringify(host);
  }

  /** @throws WeftError `home-in-use-elsewhere` when a live supervisor of another host has the home */
  assertNotElsewhere(): void {
    const record = this.read();
    if (record === null || record.text === this.text) return;
    const silentMs = this.now() - record.beat;
    if (silentMs <= STALE_MS) throw inUseElsewhere(this.path, record.text, silentMs);
  }

  /**
   * Makes the home this host's. Call it while holding the home's mutex, before anything there is removed or started.
   *
   * @throws WeftError `home-in-use-elsewhere`
   */
  async claim(): Promise<void> {
    this.assertNotElsewhere();
    const dead = this.read();
    if (dead?.text === this.text) return this.beat();
    this.write(dead === null ? linkSync : renameSync);
    if (dead !== null) await sleep(SETTLE_MS);
    this.beat();
  }

  /**
   * Says that the owner lives.
   *
   * @throws WeftError `home-in-use-elsewhere` when another host has taken the home meanwhile: its servers must end here
   */
  beat(): void {
    if (this.read() === null) this.write(linkSync);
    const record = this.read();
    if (record?.text !== this.text)
      throw inUseElsewhere(this.path, record?.text ?? '', this.now() - (record?.beat ?? this.now()));
    const seconds = this.now() / 1000;
    utimesSync(this.path, seconds, seconds);
  }

  /** Leaves the home to whoever comes next. */
  release(): void {
    if (this.read()?.text === this.text) rmSync(this.path, { force: true });
  }

  private get path(): string {
    return join(this.home, 'owner.json');
  }

  /** Puts a whole record in its place, with `linkSync` only where there is none. */
  private write(put: (from: string, to: string) => void): void {
    const whole = `${this.path}.${process.pid}`;
    try {
      writeFileSync(whole, this.text);
      const seconds = this.now() / 1000;
      utimesSync(whole, seconds, seconds);
      put(whole, this.path);
    } catch (error) {
      // Somebody else was first: whoever asks next reads that record.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(whole, { force: true });
    }
  }

  private read(): { text: string; beat: number } | null {
    let file: number;
    try {
      // Opening it is what makes a network file system ask its server for the time of the last heartbeat.
      file = openSync(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    try {
      return { text: readFileSync(file, 'utf8'), beat: fstatSync(file).mtimeMs };
    } finally {
      closeSync(file);
    }
  }
}

function inUseElsewhere(path: string, text: string, silentMs: number): WeftError {
  const age = Math.max(0, Math.round(silentMs / 1000));
  return new WeftError(
    'home-in-use-elsewhere',
    `The embedded servers of this WEFT_HOME run on ${ownerName(text)}, which said so ${age} s ago.`,
    {
      value: path,
      remedy:
        `Give each host or container a WEFT_HOME of its own, or one Postgres and Redis to all with DATABASE_URL and ` +
        `REDIS_URL. If that one was killed, run it again: after ${STALE_MS / 1000} s of silence the home is free.`,
    },
  );
}

/** A power cut may leave an empty record. */
function ownerName(text: string): string {
  try {
    const { hostname: name, pidNamespace } = ownerRecord.parse(JSON.parse(text));
    return `another host or container (${name}, ${pidNamespace})`;
  } catch {
    return 'another host or container (its record is damaged)';
  }
}
