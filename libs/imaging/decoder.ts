import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { bareEnvironment, limitedCommand } from '#config';
import { decoderReplySchema, type DecoderReply, type DecoderRequest } from './decoder-messages.js';

/** How to run a decoder process. */
export interface DecoderSettings {
  /** A compiled file that speaks as decoder-messages.ts says. */
  script: URL;
  /** Writable memory that the process may have. Held on Linux. */
  memoryBytes: number;
  /** Longest that an answer may take. */
  timeoutMs: number;
}

/** Why a decoder gave no answer: its process is gone, by itself or because it took too long. */
export class DecoderDied extends Error {
  constructor(
    readonly isLate: boolean,
    reason: string,
  ) {
    super(reason);
  }
}

const LAST_WORDS = 4000;

/** A start takes a fifth of a second; on a machine that swaps, a hundred times that. */
const START_TIMEOUT_MS = 30_000;

/** One decoder process. It answers one request at a time, and may die at any moment. */
export class Decoder {
  private readonly child: ChildProcess;
  private waiting: { resolve: (reply: DecoderReply) => void; reject: (error: DecoderDied) => void } | null = null;
  private timer: NodeJS.Timeout | undefined;
  private lastWords = '';
  private isLate = false;
  private death: DecoderDied | null = null;

  constructor(private readonly settings: DecoderSettings) {
    this.child = spawnLimited(settings);
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
    this.child.on('message', (message) => this.hear(message));
    // 'close', not 'exit': its last words may still be in the pipe.
    this.child.once('close', (code, signal) => this.die(signal ?? `exit code ${code}`));
    // Without a process there is no 'close'; with one, it follows.
    this.child.on('error', (error) => this.child.pid === undefined && this.die(error.message));
  }

  get isDead(): boolean {
    return this.death !== null;
  }

  /** Resolves when the process can take requests. */
  async ready(): Promise<void> {
    await this.expectReply(START_TIMEOUT_MS);
    this.keepsAlive(false);
  }

  /** Not before {@link ready}, and one at a time. */
  async ask(request: DecoderRequest): Promise<DecoderReply> {
    this.keepsAlive(true);
    const reply = this.expectReply(this.settings.timeoutMs);
    // A channel that is closed belongs to a process that has died: that is told by 'close'.
    this.child.send(request, () => undefined);
    try {
      return await reply;
    } finally {
      this.keepsAlive(false);
    }
  }

  end(): void {
    this.child.kill('SIGKILL');
  }

  private expectReply(timeoutMs: number): Promise<DecoderReply> {
    if (this.death !== null) return Promise.reject(this.death);
    this.timer = setTimeout(() => {
      this.isLate = true;
      this.end();
    }, timeoutMs);
    return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
  }

  private hear(message: unknown): void {
    const reply = decoderReplySchema.safeParse(message);
    // Whoever speaks out of turn, or not in the agreed words, is no decoder any more.
    if (!reply.success || this.waiting === null) return this.end();
    clearTimeout(this.timer);
    const { resolve } = this.waiting;
    this.waiting = null;
    resolve(reply.data);
  }

  private die(how: string): void {
    clearTimeout(this.timer);
    const lines = this.lastWords.trim().split('\n');
    const words = lines.findLast((line) => /error|fatal|memory/i.test(line)) ?? lines.at(-1) ?? '';
    this.death = new DecoderDied(this.isLate, words === '' ? how : `${how}, ${words}`);
    this.waiting?.reject(this.death);
    this.waiting = null;
  }

  /** A decoder without work keeps no process from ending. */
  private keepsAlive(isKept: boolean): void {
    const method = isKept ? 'ref' : 'unref';
    this.child[method]();
    this.child.channel?.[method]();
    (this.child.stderr as Socket | null)?.[method]();
  }
}

/** Starts the process with limits, and with an environment that holds no secret. */
function spawnLimited({ script, memoryBytes }: DecoderSettings): ChildProcess {
  const [command, args] = limitedCommand(script, memoryBytes);
  return spawn(command, args, {
    env: bareEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}
