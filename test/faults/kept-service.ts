import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWeft } from '../support/weft.js';

const POLL_MS = 200;
/** A recovery that takes longer is none. */
const LIMIT_MS = 180_000;
const PAUSE_MS = 500;

/** `weft serve` as systemd would keep it: started again whenever it ends. */
export class KeptService {
  private child: ReturnType<typeof startWeft>;
  private isStopping = false;
  private words = '';

  constructor(
    private readonly env: Record<string, string>,
    readonly url: string,
  ) {
    this.child = this.start();
  }

  /** What it said last, for whoever looks for a fault. */
  get lastWords(): string {
    return this.words;
  }

  /**
   * Asks until there is an answer that `read` takes; one that it refuses with null is asked again, and so is what cannot be
   * reached. What the service refuses is not: that passes by nothing.
   */
  async ask<T>(
    method: string,
    path: string,
    body: unknown,
    headers: object,
    read: (status: number, answer: never) => T | null,
  ): Promise<T> {
    let last: unknown = 'nothing was tried';
    for (const start = Date.now(); Date.now() - start < LIMIT_MS; await sleep(POLL_MS)) {
      try {
        const response = await fetch(`${this.url}${path}`, {
          ...{
            method,
            headers: { 'content-type': 'application/json', ...headers },
            signal: AbortSignal.timeout(20_000),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const { status } = response;
        last = `${status} ${text.slice(0, 500)}`;
        if (status >= 400 && status < 500 && status !== 429) break;
        const answer = read(status, JSON.parse(text) as never);
        if (answer !== null) return answer;
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`${method} ${path} did not recover: ${String(last)}`);
  }

  async restart(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.restart();
  }

  private start(): ReturnType<typeof startWeft> {
    const child = startWeft(['serve'], this.env);
    child.stdout?.resume();
    child.stderr?.on('data', (chunk: Buffer) => (this.words = (this.words + chunk.toString()).slice(-20_000)));
    child.once('exit', () => {
      setTimeout(() => {
        if (!this.isStopping) this.child = this.start();
      }, PAUSE_MS);
    });
    return child;
  }
}
