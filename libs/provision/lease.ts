import { readFileSync, realpathSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compiledFile } from '#config';
import { messageOf, WeftError } from '#foundation';
import { HomeOwner, thisHost } from './home-owner.js';
import { lastLine } from './run-command.js';
import { spawnLogged } from './log-file.js';
import type { ServerDirectories } from './directories.js';
import { leaseAnswer, type LeaseAnswer, type LeaseRequest, type SupervisorArguments } from './supervisor-messages.js';

/** Until a supervisor accepts: a predecessor may still be ending its servers. */
const CONNECT_LIMIT_MS = 90_000;
const MAX_FAILURES = 3;
/** Between attempts to take a lost lease again: the first is made at once, each pause is twice the one before. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Name of the mutex that the supervisor of `home` holds for as long as it lives. */
export function supervisorMutex(home: string): string {
  return `supervisor:${realpathSync(home)}`;
}

/**
 * A claim on the embedded servers. It lasts until it is released or this process ends. When the supervisor dies, the
 * lease is taken again from a new one, which starts the servers at the same addresses; as often as it takes.
 */
export class Lease {
  private released = false;

  private constructor(
    private readonly directories: ServerDirectories,
    private readonly settings: SupervisorArguments,
    private readonly request: LeaseRequest,
    private readonly report: (line: string) => void,
    private socket: Socket,
  ) {
    this.watch();
  }

  /**
   * Connects to the supervisor of the home, starting one where there is none.
   *
   * @throws WeftError `supervisor-not-reached`, or the reason why a server could not be started
   */
  static async take(
    directories: ServerDirectories,
    settings: SupervisorArguments,
    request: LeaseRequest,
    report: (line: string) => void,
  ): Promise<Lease> {
    const socket = await openLease(directories, settings, request);
    return new Lease(directories, settings, request, report, socket);
  }

  release(): void {
    this.released = true;
    this.socket.destroy();
  }

  private watch(): void {
    // A lease alone is no reason for a process to stay.
    this.socket.unref();
    this.socket.once('close', () => {
      if (!this.released) void this.renew();
    });
  }

  private async renew(): Promise<void> {
    this.report('The supervisor of the embedded servers ended unexpectedly; starting another.');
    let pause = FIRST_PAUSE_MS;
    while (!this.released) {
      try {
        this.socket = await openLease(this.directories, this.settings, this.request);
        if (this.released) this.socket.destroy();
        else this.watch();
        return;
      } catch (error) {
        this.report(`${messageOf(error)} Trying again in ${pause / 1000} s.`);
        await sleep(pause, undefined, { ref: false });
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  }
}

/** Connects, starts a supervisor when there is none, and waits for its answer. */
async function openLease(
  directories: ServerDirectories,
  settings: SupervisorArguments,
  request: LeaseRequest,
): Promise<Socket> {
  const began = performance.now();
  let isStarting = false;
  let failures = 0;
  for (;;) {
    const socket = await tryConnect(directories.supervisorSocket);
    const answer = socket && (await askForServers(socket, directories.supervisorSocket, request));
    if (answer?.type === 'ready') return socket as Socket;
    socket?.destroy();
    if (answer?.type === 'failed')
      throw new WeftError(answer.code, answer.message, answer.remedy === null ? {} : { remedy: answer.remedy });
    if (failures >= MAX_FAILURES || performance.now() - began > CONNECT_LIMIT_MS)
      throw new WeftError(
        'supervisor-not-reached',
        `The process that keeps the embedded servers of ${settings.home} does not answer: ${lastLine(readFileSync(directories.supervisorLog, 'utf8'))}`,
        { remedy: `Read ${directories.supervisorLog}.` },
      );
    if (!isStarting) {
      // The supervisor asks this too; asked here, the answer comes as it is.
      new HomeOwner(settings.home, thisHost(), Date.now).assertNotElsewhere();
      isStarting = true;
      startSupervisor(directories, settings, (orderly) => {
        isStarting = false;
        if (!orderly) failures += 1;
      });
    }
    await sleep(25);
  }
}

/** @returns null when nobody listens. */
function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EACCES') return resolve(null);
      const remedy = 'Run Weft as the account that owns the directory, or set WEFT_HOME to one of your own.';
      reject(new WeftError('home-not-ours', `Another account keeps the embedded servers behind ${path}.`, { remedy }));
    });
  });
}

/** @returns null when the supervisor ended before it answered. */
function askForServers(socket: Socket, path: string, request: LeaseRequest): Promise<LeaseAnswer | null> {
  return new Promise((resolve, reject) => {
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(null));
    createInterface(socket)
      .on('error', () => undefined)
      .once('line', (line) => {
        const answer = parseAnswer(line);
        if (answer !== null) return resolve(answer);
        socket.destroy();
        reject(
          new WeftError('supervisor-socket-foreign', `What listens on ${path} is no supervisor of Weft.`, {
            value: line.slice(0, 200),
            remedy: 'Stop the process that listens there (ss -xlp names it), or set WEFT_HOME to another directory.',
          }),
        );
      });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

function parseAnswer(line: string): LeaseAnswer | null {
  try {
    return leaseAnswer.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The supervisor outlives the process that starts it: others may hold leases by then. */
function startSupervisor(
  directories: ServerDirectories,
  settings: SupervisorArguments,
  onExit: (orderly: boolean) => void,
): void {
  const program = fileURLToPath(compiledFile(import.meta.url, './supervisor-process.js'));
  const child = spawnLogged(directories.supervisorLog, process.execPath, [program, JSON.stringify(settings)], {
    cwd: settings.home,
    detached: true,
  });
  child.once('exit', (code) => onExit(code === 0));
  child.once('error', () => onExit(false));
  child.unref();
}
