import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { messageOf, WeftError } from '#foundation';

/** How to speak with the threads of a pool. */
export interface ThreadProtocol<Request, Reply> {
  /** A compiled file; it posts one message once it is ready, then one answer a request. */
  script: URL;
  /** Handed to each thread as its `workerData`. */
  settings: unknown;
  /** Checks what a thread posted. */
  parse: (message: unknown) => Reply;
  /** Asks a thread to end by itself. */
  close: Request;
  /** What the threads do, for error messages: "feature". */
  name: string;
}

interface Task<Request, Reply> {
  request: Request;
  transfer: ArrayBuffer[];
  resolve: (reply: Reply) => void;
  reject: (error: unknown) => void;
}

interface Thread<Request, Reply> {
  worker: Worker;
  task: Task<Request, Reply> | null;
}

/**
 * Worker threads that answer one request at a time each. A thread that dies rejects the request it was working on with
 * `thread-died`; another is started in its place when there is work for it. When there has been no work for a while, all
 * threads end, and give back their memory, until there is some.
 */
export class ThreadPool<Request, Reply> {
  private readonly threads = new Set<Thread<Request, Reply>>();
  private readonly waiting: Task<Request, Reply>[] = [];
  /** One a thread that runs, ready or not. */
  private readonly ends = new Set<Promise<void>>();
  private starting = 0;
  private isClosed = false;
  private rest: NodeJS.Timeout | null = null;

  private constructor(
    private readonly protocol: ThreadProtocol<Request, Reply>,
    private readonly size: number,
    private readonly idleMs: number,
  ) {}

  /**
   * Starts all threads.
   *
   * @param idleMs how long threads without work are kept
   * @throws WeftError `thread-not-started` when one of them does not become ready; none is left behind
   */
  static async start<Request, Reply>(
    protocol: ThreadProtocol<Request, Reply>,
    size: number,
    idleMs: number,
  ): Promise<ThreadPool<Request, Reply>> {
    const pool = new ThreadPool(protocol, size, idleMs);
    const starts = await Promise.allSettled(Array.from({ length: size }, () => pool.startThread()));
    for (const start of starts) {
      if (start.status === 'fulfilled') continue;
      await pool.close();
      throw start.reason;
    }
    return pool;
  }

  /** Answers a request on the next free thread. Buffers in `transfer` belong to that thread from now on. */
  run(request: Request, transfer: ArrayBuffer[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(this.closedError());
      this.waiting.push({ request, transfer, resolve, reject });
      this.dispatch();
    });
  }

  /** Lets the threads finish what they work on, rejects what waits, and resolves when all threads have ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.rest) clearTimeout(this.rest);
    this.rejectWaiting(this.closedError());
    for (const { worker, task } of this.threads) if (task === null) worker.postMessage(this.protocol.close);
    await Promise.all(this.ends);
  }

  private dispatch(): void {
    this.assign();
    if (this.rest) clearTimeout(this.rest);
    const isIdle = this.waiting.length === 0 && [...this.threads].every(({ task }) => task === null);
    this.rest = isIdle ? setTimeout(() => this.endThreads(), this.idleMs).unref() : null;
  }

  /** Only while no thread has work. */
  private endThreads(): void {
    for (const { worker } of this.threads) worker.postMessage(this.protocol.close);
    this.threads.clear();
  }

  private assign(): void {
    for (const thread of this.threads) {
      if (thread.task !== null) continue;
      const task = this.waiting.shift();
      if (task === undefined) return;
      thread.task = task;
      thread.worker.postMessage(task.request, task.transfer);
    }
    const lacking = Math.min(this.waiting.length, this.size - this.threads.size - this.starting);
    for (let i = 0; i < lacking; i += 1) {
      // Whoever waits would wait for ever if no thread came up.
      this.startThread().catch((error: WeftError) => {
        if (this.threads.size === 0 && this.starting === 0) this.rejectWaiting(error);
      });
    }
  }

  private async startThread(): Promise<void> {
    const { script, settings, name, parse } = this.protocol;
    this.starting += 1;
    // Compiled code, whatever this process was told to resolve imports to: tests run from TypeScript sources.
    const worker = new Worker(script, { workerData: settings, execArgv: [] });
    let failure: unknown = null;
    worker.on('error', (error) => (failure = error));
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.ends.add(ended);
    void ended.then(() => this.ends.delete(ended));
    try {
      const isReady = await Promise.race([once(worker, 'message').then(() => true), ended.then(() => false)]);
      if (!isReady) throw new Error('it ended before it was ready');
    } catch (error) {
      this.starting -= 1;
      throw new WeftError('thread-not-started', `A ${name} thread could not start: ${messageOf(failure ?? error)}.`, {
        cause: failure ?? error,
      });
    }
    this.starting -= 1;
    const thread: Thread<Request, Reply> = { worker, task: null };
    this.threads.add(thread);
    worker.on('message', (message) => {
      const task = thread.task;
      thread.task = null;
      if (this.isClosed) worker.postMessage(this.protocol.close);
      else this.dispatch();
      try {
        task?.resolve(parse(message));
      } catch (error) {
        task?.reject(error);
      }
    });
    void ended.then(() => {
      this.threads.delete(thread);
      const cause = failure === null ? {} : { cause: failure };
      const reason = failure === null ? 'it ended by itself' : messageOf(failure);
      thread.task?.reject(new WeftError('thread-died', `A ${name} thread died while it worked: ${reason}.`, cause));
      if (!this.isClosed) this.dispatch();
    });
    if (this.isClosed) worker.postMessage(this.protocol.close);
    else this.dispatch();
  }

  private rejectWaiting(error: WeftError): void {
    for (const task of this.waiting.splice(0)) task.reject(error);
  }

  private closedError(): WeftError {
    return new WeftError('threads-closed', `The ${this.protocol.name} threads are closed.`);
  }
}
