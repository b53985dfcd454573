import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.js';
import { askRedis } from './answers.js';
import { makePrivateDirectory, type ServerDirectories } from './directories.js';
import { stopLeftovers } from './leftovers.js';
import { spawnLogged } from './log-file.js';
import type { ServerDefinition } from './server-definition.js';

/** The embedded Redis of one WEFT_HOME: append-only, reached only through a Unix socket. */
export class RedisServer implements ServerDefinition {
  readonly name = 'Redis';
  readonly stopSignal = 'SIGTERM';
  readonly log: string;

  /** @param installation directory that holds redis-server */
  constructor(
    private readonly directories: ServerDirectories,
    private readonly account: Account,
    private readonly installation: string,
  ) {
    this.log = directories.redisLog;
  }

  async prepare(): Promise<void> {
    makePrivateDirectory(this.directories.redisData, this.account);
    makePrivateDirectory(this.directories.sockets, this.account);
    // While Redis rewrites its append-only file there are two processes; the older one leads.
    await stopLeftovers(this.directories.redisData, 'redis-server', (found) => found[0], this.stopSignal);
    rmSync(this.directories.redisSocket, { force: true });
  }

  launch(): ChildProcess {
    const { redisData, redisSocket } = this.directories;
    return spawnLogged(
      this.log,
      join(this.installation, 'redis-server'),
      [
        ...['--port', '0', '--unixsocket', redisSocket, '--unixsocketperm', '700', '--dir', redisData],
        // Without the append-only file a killed Redis forgets every job; evicting one would lose it silently.
        ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'],
      ],
      { cwd: redisData, uid: this.account.uid, gid: this.account.gid },
    );
  }

  async isReady(): Promise<boolean> {
    const access = { address: { path: this.directories.redisSocket }, isEncrypted: false, login: '' };
    return (await askRedis(access, 1000)) === 'ready';
  }

  async complete(): Promise<void> {}
}
