import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess, type WeftProcess } from './child.js';
import { say } from './output.js';

/** A worker that ends this often in a row without having lived for a while will not be healed by starting it again. */
const TRIES = 5;
const LIVED_MS = 60_000;
const PAUSE_MS = 1_000;

/**
 * A worker beside the API, started again when it ends by itself: a training that runs out of memory must not take the
 * storefront down, and its job is taken up again.
 */
export class KeptWorker {
  private isStopping = false;

  private constructor(private worker: WeftProcess) {
    void this.keep();
  }

  static async start(): Promise<KeptWorker> {
    return new KeptWorker(await startProcess('worker', { isQuiet: false }));
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.worker.stop();
  }

  private async keep(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const started = performance.now();
      await this.worker.ended;
      if (this.isStopping) return;
      if (performance.now() - started > LIVED_MS) tries = 0;
      say('weft: the worker ended unexpectedly, starting it again');
      await sleep(PAUSE_MS);
      const next = await startProcess('worker', { isQuiet: false }).catch(() => null);
      if (next === null) continue;
      this.worker = next;
      if (this.isStopping) return this.worker.stop();
    }
    say('weft: the worker does not stay up, its last words are above; jobs wait until weft serve is started again');
  }
}
