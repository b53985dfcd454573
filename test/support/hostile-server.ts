import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What a path answers: anything at all, on the bare socket. */
export type Answer = (socket: Socket, head: string) => void;

/** An answer as it should be. */
export function answer(
  status: string,
  headers: Record<string, string | number> = {},
  body: string | Buffer = '',
): Answer {
  const lines = { 'content-length': Buffer.byteLength(body), ...headers };
  return raw(status, lines, body);
}

/** An answer whose headers say what they like. */
export function raw(status: string, headers: Record<string, string | number>, body: string | Buffer = ''): Answer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
    socket.write(body);
  };
}

/** Writes pieces for as long as anybody listens. */
export function forever(start: string, next: () => string | Buffer, everyMs: number): Answer {
  return (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(next()), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

/** A server on loopback that answers each path as it was told, well or badly. */
export class HostileServer {
  /** Request heads, in the order of arrival. */
  readonly heads: string[] = [];
  private readonly answers = new Map<string, Answer[]>();
  private readonly open = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
      socket.on('error', () => undefined);
      let waiting = '';
      socket.on('data', (chunk) => {
        waiting += chunk.toString('latin1');
        for (let end = waiting.indexOf('\r\n\r\n'); end >= 0; end = waiting.indexOf('\r\n\r\n')) {
          const head = waiting.slice(0, end);
          waiting = waiting.slice(end + 4);
          this.heads.push(head);
          const planned = this.answers.get(head.split(' ')[1] ?? '') ?? [answer('404 Not Found')];
          (planned.length > 1 ? planned.shift() : planned[0])?.(socket, head);
        }
      });
    });
  }

  static async start(address = '127.0.0.1', port = 0): Promise<HostileServer> {
    const server = createServer({ noDelay: true });
    server.listen(port, address);
    await once(server, 'listening');
    return new HostileServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Answers a path, one after the other; the last for good. */
  on(path: string, ...answers: Answer[]): void {
    this.answers.set(path, answers);
  }

  url(path: string, host = '127.0.0.1'): string {
    return `http://${host}:${this.port}${path}`;
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
