import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A Unix socket that leads to another one until it is cut, as if the server behind it had died, or falls silent. */
export class BreakableSocket {
  private server: Server | null = null;
  private isHanging = false;
  /** Both ends of each connection. */
  private readonly open = new Map<Socket, Socket>();

  constructor(
    private readonly path: string,
    private readonly target: string,
  ) {}

  async mend(): Promise<void> {
    this.server = createServer((near) => this.join(near));
    await new Promise<void>((resolve) => this.server?.listen(this.path, resolve));
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.open.keys()) socket.destroy();
    await closed;
    rmSync(this.path, { force: true });
  }

  /** The connections that are open fall silent for good, as behind a router that forgot them; new ones work. */
  freeze(): void {
    for (const [from, to] of this.open) {
      from.unpipe(to);
      from.pause();
    }
  }

  /** Nothing answers any more, new connections neither, as if the server had been stopped. */
  hang(): void {
    this.isHanging = true;
    this.freeze();
  }

  /** What was held back arrives. */
  resume(): void {
    this.isHanging = false;
    for (const [from, to] of this.open) from.pipe(to);
  }

  private join(near: Socket): void {
    const far = connect(this.target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.open.set(from, to);
      if (this.isHanging) from.pause();
      else from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.open.delete(from);
        to.destroy();
      });
    }
  }
}
