import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { messageOf, WeftError } from '#foundation';
import { ownAccount, serverAccount } from './account.js';
import { serverDirectories, type ServerDirectories } from './directories.js';
import { PostgresServer } from './postgres-server.js';
import { RedisServer } from './redis-server.js';
import type { ServerDefinition } from './server-definition.js';
import { ServerKeeper } from './server-keeper.js';
import { leaseRequest, type LeaseAnswer, type SupervisorArguments } from './supervisor-messages.js';

const FIRST_LEASE_MS = 30_000;

/**
 * Owns the embedded servers of one WEFT_HOME for as long as any process holds a lease.
 *
 * A lease is an open connection to the supervisor's socket: the kernel closes it however its process ends, so no lease
 * outlives its holder. The caller holds the home's mutex, so at most one supervisor runs per home.
 */
export class Supervisor {
  private readonly directories: ServerDirectories;
  private readonly leases = new Set<Socket>();
  private readonly keepers = new Map<string, ServerKeeper>();
  private readonly server: Server;
  private grace: NodeJS.Timeout | null = null;

  /** @param onEnd called when the last lease is gone or a server cannot be kept running */
  constructor(
    private readonly settings: SupervisorArguments,
    private readonly onEnd: (failure: Error | null) => void,
  ) {
    this.directories = serverDirectories(settings.home, ownAccount().uid);
    this.server = createServer((socket) => this.accept(socket));
  }

  async listen(): Promise<void> {
    const path = this.directories.supervisorSocket;
    // Whoever holds the mutex is alone: a socket that lies here belongs to nobody.
    rmSync(path, { force: true });
    const umask = process.umask(0o177);
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(path, resolve);
    }).finally(() => process.umask(umask));
    chmodSync(path, 0o600);
    // Whoever started us is on its way, however short the grace.
    this.grace = setTimeout(() => this.onEnd(null), FIRST_LEASE_MS);
  }

  /** Ends the servers in order. Processes that come meanwhile find no socket and start the next supervisor. */
  async end(): Promise<void> {
    if (this.grace) clearTimeout(this.grace);
    this.server.close();
    for (const lease of this.leases) lease.destroy();
    await Promise.all([...this.keepers.values()].map((keeper) => keeper.stop()));
  }

  private accept(socket: Socket): void {
    this.leases.add(socket);
    if (this.grace) clearTimeout(this.grace);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.leases.delete(socket);
      if (this.leases.size === 0) this.awaitLeases();
    });
    createInterface(socket)
      .on('error', () => undefined)
      .once('line', (line) => void this.answer(line).then((answer) => socket.write(`${JSON.stringify(answer)}\n`)));
  }

  private async answer(line: string): Promise<LeaseAnswer> {
    try {
      const { postgres, redis } = leaseRequest.parse(JSON.parse(line));
      await Promise.all([
        postgres === null
          ? null
          : this.keep(() => {
              const options = { installation: postgres, durable: this.settings.durable };
              return new PostgresServer(this.directories, serverAccount(), options);
            }, 'postgres'),
        redis === null ? null : this.keep(() => new RedisServer(this.directories, serverAccount(), redis), 'redis'),
      ]);
      return { type: 'ready', pid: process.pid };
    } catch (error) {
      const known = error instanceof WeftError ? error : null;
      process.stdout.write(`${messageOf(error)}\n`);
      return {
        type: 'failed',
        code: known?.code ?? 'servers-failed',
        message: known?.message ?? `The embedded servers could not be started: ${messageOf(error)}.`,
        remedy: known?.remedy ?? null,
      };
    }
  }

  private async keep(define: () => ServerDefinition, name: string): Promise<void> {
    let keeper = this.keepers.get(name);
    if (!keeper) {
      keeper = new ServerKeeper(define(), (reason) => this.onEnd(reason));
      this.keepers.set(name, keeper);
    }
    try {
      await keeper.start();
    } catch (error) {
      // The next request tries again: its cause may be mended by then.
      if (this.keepers.get(name) === keeper) this.keepers.delete(name);
      await keeper.stop();
      throw error;
    }
  }

  private awaitLeases(): void {
    this.grace = setTimeout(() => this.onEnd(null), this.settings.graceMs);
  }
}
