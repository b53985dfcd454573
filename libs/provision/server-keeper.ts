import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WeftError } from '#foundation';
import { lastLine } from './run-command.js';
import type { ServerDefinition } from './server-definition.js';

/** A server that dies more often than this within the window will die again: somebody has to look. */
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;
/** Crash recovery after a power cut may replay gigabytes of log. */
const START_LIMIT_MS = 10 * 60_000;
const STOP_LIMIT_MS = 60_000;

/** Starts one server, starts it again when it dies, and ends it in order. */
export class ServerKeeper {
  private child: ChildProcess | null = null;
  private stopping = false;
  private running: Promise<void> | null = null;
  private restarts: number[] = [];

  /** @param giveUp called once, when a server cannot be kept running */
  constructor(
    private readonly definition: ServerDefinition,
    private readonly giveUp: (reason: Error) => void,
  ) {}

  /** Resolves when the server answers. Calls after the first share its start. */
  start(): Promise<void> {
    this.running ??= this.startOnce();
    return this.running;
  }

  private async startOnce(): Promise<void> {
    await this.definition.prepare();
    const child = this.definition.launch();
    this.child = child;
    let ended: string | null = null;
    child.once('error', (error) => (ended ??= error.message));
    child.once('exit', (code, signal) => (ended ??= signal === null ? `exit status ${code}` : `signal ${signal}`));
    const began = performance.now();
    while (!(await this.isReady(child))) {
      if (ended !== null || this.stopping) throw this.startFailure(ended ?? 'it was told to end');
      if (performance.now() - began > START_LIMIT_MS) throw this.startFailure('no answer for ten minutes');
      await sleep(10);
    }
    await this.definition.complete();
    if (ended !== null) throw this.startFailure(ended);
    child.once('exit', () => void this.restart());
  }

  private async isReady(child: ChildProcess): Promise<boolean> {
    return child.pid !== undefined && (await this.definition.isReady(child.pid));
  }

  private async restart(): Promise<void> {
    if (this.stopping) return;
    const now = performance.now();
    this.restarts = [...this.restarts.filter((at) => now - at < RESTART_WINDOW_MS), now];
    process.stdout.write(`${this.definition.name} ended unexpectedly; starting it again.\n`);
    try {
      if (this.restarts.length > MAX_RESTARTS) throw this.startFailure(`${MAX_RESTARTS} restarts within a minute`);
      this.running = this.startOnce();
      await this.running;
    } catch (error) {
      if (!this.stopping) this.giveUp(error as Error);
    }
  }

  /** Resolves when the server has ended and what it acknowledged is on disk. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running?.catch(() => undefined);
    const child = this.child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(this.definition.stopSignal);
    const impatience = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(impatience);
  }

  private startFailure(cause: string): WeftError {
    return new WeftError(
      'server-not-started',
      `The embedded ${this.definition.name} could not be started (${cause}): ${lastLine(readFileSync(this.definition.log, 'utf8'))}`,
      { remedy: `Read ${this.definition.log}.` },
    );
  }
}
