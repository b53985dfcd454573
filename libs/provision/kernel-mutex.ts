import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '#foundation';

/**
 * A mutex between processes, without files: a name in Linux's abstract socket namespace, which one process can bind at
 * a time and which the kernel frees when that process ends, however it ends. So there is no stale lock.
 *
 * Processes in different network namespaces (two containers on one volume) do not see each other.
 */
export class KernelMutex {
  private constructor(private readonly server: Server) {}

  /** @returns null when another process holds `name`. */
  static tryAcquire(name: string): Promise<KernelMutex | null> {
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => socket.destroy());
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(null);
        else reject(error);
      });
      server.listen(`\0weft-${sha256(name).slice(0, 32)}`, () => {
        server.unref();
        resolve(new KernelMutex(server));
      });
    });
  }

  /** Runs `work` while no other process runs work of the same name. */
  static async whileHolding<T>(name: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
    let mutex = await KernelMutex.tryAcquire(name);
    if (mutex === null) onWait();
    while (mutex === null) {
      await sleep(200);
      mutex = await KernelMutex.tryAcquire(name);
    }
    try {
      return await work();
    } finally {
      await mutex.release();
    }
  }

  release(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
