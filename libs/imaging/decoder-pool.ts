import { WeftError } from '#foundation';
import { Decoder, DecoderDied, type DecoderSettings } from './decoder.js';
import type { DecodedPicture, DecoderReply, DecoderRequest } from './decoder-messages.js';
import { ImageRejected } from './image-rejected.js';

/** A start that fails may be bad luck; so many in a row are not. */
const MOST_FAILED_STARTS = 5;

interface Task {
  request: DecoderRequest;
  resolve: (picture: DecodedPicture) => void;
  reject: (error: WeftError) => void;
  /** Its first process died over it, or beside it: it gets a second chance, alone. */
  isSuspect: boolean;
}

/**
 * Decoder processes, each with one photo at a time, started when there is work and ended after a while without. When a
 * process dies, its photo is tried once more while no other is decoded, so that a process which the system ended for lack
 * of memory accuses nobody; the photo that dies again is refused. All other photos go on in their own processes.
 */
export class DecoderPool {
  private readonly idle: Decoder[] = [];
  private readonly tasks: Task[] = [];
  private readonly working = new Set<Task>();
  private starting = 0;
  private failedStarts = 0;
  private rest: NodeJS.Timeout | undefined;

  /** @param settings.size most processes; `idleMs` how long those without work are kept */
  constructor(private readonly settings: DecoderSettings & { size: number; idleMs: number }) {}

  /**
   * @returns the picture of the task that was asked
   * @throws ImageRejected what the decoder says, `image-too-slow`, `image-kills-decoder`
   * @throws WeftError `decoder-not-started`
   */
  decode(request: DecoderRequest): Promise<DecodedPicture> {
    return new Promise((resolve, reject) => {
      this.tasks.push({ request, resolve, reject, isSuspect: false });
      this.dispatch();
    });
  }

  /** Ends the processes that have no work. */
  endIdle(): void {
    for (const decoder of this.idle.splice(0)) decoder.end();
  }

  private dispatch(): void {
    clearTimeout(this.rest);
    while (this.mayBegin()) {
      const decoder = this.livingIdle();
      if (decoder === undefined) break;
      const task = this.tasks.shift();
      if (task !== undefined) void this.work(decoder, task);
    }
    const wanted = this.mayBegin() ? (this.tasks[0]?.isSuspect ? 1 : this.tasks.length) : 0;
    const room = this.settings.size - this.idle.length - this.working.size;
    while (this.starting < Math.min(wanted, room)) void this.start();
    if (this.tasks.length + this.working.size + this.starting === 0) {
      this.rest = setTimeout(() => this.endIdle(), this.settings.idleMs).unref();
    }
  }

  /** Whether the next task's turn has come: a suspect works alone. */
  private mayBegin(): boolean {
    const [next] = this.tasks;
    if (next === undefined) return false;
    if (next.isSuspect) return this.working.size === 0;
    return ![...this.working].some(({ isSuspect }) => isSuspect);
  }

  private livingIdle(): Decoder | undefined {
    const decoder = this.idle.pop();
    return decoder?.isDead ? this.livingIdle() : decoder;
  }

  private async work(decoder: Decoder, task: Task): Promise<void> {
    this.working.add(task);
    try {
      const reply = await decoder.ask(task.request);
      settle(task, reply);
      this.idle.push(decoder);
    } catch (error) {
      decoder.end();
      if (!(error instanceof DecoderDied)) task.reject(error as WeftError);
      else if (error.isLate) task.reject(tooSlow(this.settings.timeoutMs));
      else if (task.isSuspect) task.reject(killer(error));
      else this.tasks.unshift({ ...task, isSuspect: true });
    } finally {
      this.working.delete(task);
      this.dispatch();
    }
  }

  private async start(): Promise<void> {
    this.starting += 1;
    try {
      const decoder = new Decoder(this.settings);
      await decoder.ready();
      this.failedStarts = 0;
      this.idle.push(decoder);
    } catch (error) {
      this.failedStarts += 1;
      if (this.failedStarts >= MOST_FAILED_STARTS) this.giveUp(error);
    } finally {
      this.starting -= 1;
      this.dispatch();
    }
  }

  private giveUp(cause: unknown): void {
    this.failedStarts = 0;
    const reason = cause instanceof Error ? cause.message : String(cause);
    for (const { reject } of this.tasks.splice(0)) {
      const options = { remedy: 'Look at memory and packages: weft doctor', cause };
      reject(new WeftError('decoder-not-started', `The process that decodes photos cannot start: ${reason}.`, options));
    }
  }
}

function settle(task: Task, reply: DecoderReply): void {
  if (reply.type === 'decoded' && isAskedFor(reply.picture, task.request)) task.resolve(reply.picture);
  else if (reply.type === 'rejected') task.reject(new ImageRejected(reply.code, reply.message, { value: reply.value }));
  else throw new DecoderDied(false, 'it answered something else');
}

function isAskedFor(picture: DecodedPicture, request: DecoderRequest): boolean {
  if (picture.task === 'fit' || request.task === 'fit') return picture.task === request.task;
  return picture.pixels.length === request.side * request.side * 3;
}

function tooSlow(timeoutMs: number): ImageRejected {
  return new ImageRejected('image-too-slow', `Decoding the image took longer than ${timeoutMs / 1000} seconds.`);
}

function killer(cause: DecoderDied): ImageRejected {
  return new ImageRejected('image-kills-decoder', `Decoding the image ended its process twice: ${cause.message}.`, {
    cause,
  });
}
